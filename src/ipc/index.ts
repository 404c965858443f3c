export { formatAddress, readAddress } from './transport/address.js';
export type { CloseInfo } from './connection/closeInfo.js';
export { ConnectionBase } from './connection/connectionBase.js';
export type { ConnectionState } from './connection/connectionState.js';
export type { ReceivedMessage } from './connection/inbox.js';
export type { ConnectionHealth, HealthChange, HealthState } from './resume/health.js';
export type { TrafficCounters } from './core/trafficCounters.js';
export {
  FdConnection,
  PipeConnection,
  TcpConnection,
  UnixConnection,
} from './connection/transportConnections.js';
export { describeExit, LauncherExitedError, watchProcess } from './core/peerProcess.js';
export type { LauncherExit, PeerProcess, ProcessExit } from './core/peerProcess.js';
export type { AcceptOptions } from './connection/raceForPeer.js';
export { claimPeer, waitAtRendezvous } from './rendezvous/rendezvousPeers.js';
export type { RendezvousPeerOptions } from './rendezvous/rendezvousPeers.js';
export { Rendezvous } from './rendezvous/rendezvous.js';
export type { PendingPeer, RendezvousOptions } from './rendezvous/rendezvous.js';
export type { RendezvousAddress } from './rendezvous/rendezvousAddress.js';
export type { Claim } from './rendezvous/rendezvousMessages.js';
export { Desk, adoptAtDesk, waitAtDesk } from './deprecated.js';
export type {
  Adoption,
  Agreement,
  AtDeskOptions,
  DeskAddress,
  DeskOptions,
  Inbound,
  Waiting,
} from './deprecated.js';
export { settlesWithin } from './core/deferred.js';
export {
  CANCELLED,
  eventEnvelope,
  isRecord,
  isResponse,
  readCommand,
  readLauncherMessage,
  responseEnvelope,
} from './core/messages.js';
export type {
  Command,
  CommandId,
  Envelope,
  EventEnvelope,
  Message,
  ResponseEnvelope,
} from './core/messages.js';
export {
  AuthenticationError,
  FramingError,
  IPC_ERROR_CODES,
  IpcError,
  systemCode,
  toError,
} from './core/errors.js';
export type { IpcErrorCode } from './core/errors.js';
export { contentLengthFraming, encodeContentLength } from './framing/contentLength.js';
export { FrameDecoder } from './framing/frameDecoder.js';
export { FRAMING_NAMES } from './core/transportConfig.js';
export type { Framing } from './framing/framing.js';
export type { FramingName } from './core/transportConfig.js';
export { AUTH_NAMES } from './core/transportConfig.js';
export type { Auth } from './core/transportConfig.js';
export type { NegotiatedProtocol } from './authentication/negotiation.js';
export { openKeyFile, readKeyFile, readKeyFileInBackground } from './authentication/keyFile.js';
export type { KeyFile, KeyStore } from './authentication/keyFile.js';
export { takeLauncherKey } from './authentication/launcherKey.js';
export { DIGEST_NAMES } from './core/transportConfig.js';
export type { DigestName } from './core/transportConfig.js';
export type { HeartbeatOptions, ResumeOptions, TlsOptions } from './core/transportConfig.js';
export type { KeyDelivery } from './core/transportConfig.js';
export { IPCManager } from './session/ipcManager.js';
export { createMemoryPair } from './session/memoryPair.js';
export type { MemoryPair, MemoryPairOptions } from './session/memoryPair.js';
export type { ManagerOptions, MessageTracer, ReaderOptions } from './session/managerOptions.js';
export { formatLauncherArgs, parseLauncherArgs } from './session/launcherArgs.js';
export { DEFAULT_LIMITS, DEFAULT_RENDEZVOUS_LIMITS, readLimits, readServerLimits } from './core/limits.js';
export type { JsonBounds, Limits, ServerLimits } from './core/limits.js';
export { jsonExcess } from './framing/jsonShape.js';
export { guardedLogger, silentLogger } from './core/logger.js';
export type { Logger } from './core/logger.js';
export { PressureWatch } from './core/pressureWatch.js';
export type { TraceNote, TraceSink } from './core/trace.js';
export type { ErrorHandler, MessageHandler } from './session/readerLoop.js';
export { SessionListener } from './session/sessionListener.js';
export type { PeerSession } from './session/sessionListener.js';
export { processSpace } from './core/processSpace.js';
export { RequestClient, RequestRefusedError } from './session/requestClient.js';
export type { RequestChannel, RequestClientOptions, RequestOptions } from './session/requestClient.js';
export { RequestTracker } from './session/requestTracker.js';
export { stopLauncher } from './session/stopLauncher.js';
export type { StopOptions, StoppedLauncher } from './session/stopLauncher.js';
export { listenAtPath, removeStaleSocket } from './transport/pathListener.js';
export { canIdentifyPeers, checkPeerUser } from './transport/peerIdentity.js';
export { makePrivateDirectory } from './files/privateDirectory.js';
export { privateFilesOf } from './files/privateFiles.js';
export { sweepPrivateDirectories } from './files/sweepDirectories.js';
export {
  FileProblem,
  readCheckedFile,
  readCheckedFileSync,
  unusualKind,
  withCheckedFileSync,
} from './files/checkedFile.js';
export { createSecretFile, identityAt, removeIfSame } from './files/secretFile.js';
export { FILE_LIMITS } from './core/limits.js';
export type { PrivateDirectory } from './files/privateDirectory.js';
export { hostAndPort } from './transport/transport.js';
export type { Endpoint, TransportListener } from './transport/transport.js';
export { trustedDirectory } from './files/trustedDirectory.js';
export { isLocalHost, isLoopback } from './transport/tcpTransport.js';
export { TRANSPORT_NAMES } from './core/transportConfig.js';
export type { TransportConfig, TransportName } from './core/transportConfig.js';
export { TransportFactory } from './session/transportFactory.js';
export type { CreatedListener, ListenerInfo } from './session/transportFactory.js';
