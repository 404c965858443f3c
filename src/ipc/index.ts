export { formatAddress, readAddress } from './address.js';
export type { CloseInfo } from './connection/closeInfo.js';
export { ConnectionBase } from './connection/connectionBase.js';
export type { ConnectionState } from './connection/connectionBase.js';
export type { Inbound } from './connection/inbox.js';
export { FdConnection } from './connection/fdConnection.js';
export { describeExit, watchProcess } from './peerProcess.js';
export type { PeerProcess, ProcessExit } from './peerProcess.js';
export { PipeConnection } from './connection/pipeConnection.js';
export type { AcceptOptions } from './connection/raceForPeer.js';
export { TcpConnection } from './connection/tcpConnection.js';
export { UnixConnection } from './connection/unixConnection.js';
export { adoptAtDesk, waitAtDesk } from './desk/atDesk.js';
export type { AtDeskOptions } from './desk/atDesk.js';
export { Desk } from './desk/desk.js';
export type { DeskOptions, Waiting } from './desk/desk.js';
export type { DeskAddress } from './desk/deskAddress.js';
export type { Adoption } from './desk/deskMessages.js';
export { settlesWithin } from './deferred.js';
export {
  CANCELLED,
  eventEnvelope,
  isRecord,
  isResponse,
  readCommand,
  readLauncherMessage,
  responseEnvelope,
} from './envelopes.js';
export type { Command, CommandId, EventEnvelope, Message, ResponseEnvelope } from './envelopes.js';
export {
  AuthenticationError,
  FramingError,
  IPC_ERROR_CODES,
  IpcError,
  systemCode,
  toError,
} from './errors.js';
export type { IpcErrorCode } from './errors.js';
export { contentLengthFraming } from './framing/contentLength.js';
export { encodeFrame } from './framing/encodeFrame.js';
export { FrameDecoder } from './framing/frameDecoder.js';
export { FRAMING_NAMES } from './framing/framing.js';
export type { Framing, FramingName } from './framing/framing.js';
export { AUTH_NAMES } from './handshake/auth.js';
export type { Auth } from './handshake/auth.js';
export type { Agreement } from './handshake/capabilities.js';
export { openKeyFile, readKeyFile } from './handshake/keyFile.js';
export type { KeyFile, KeyStore } from './handshake/keyFile.js';
export { takeLauncherKey } from './handshake/launcherKey.js';
export { DIGEST_NAMES } from './handshake/multiprocessingDigest.js';
export type { DigestName } from './handshake/multiprocessingDigest.js';
export type { TlsOptions } from './handshake/tlsLayer.js';
export type { KeyDelivery } from './handshake/launcherKey.js';
export { IPCManager } from './ipcManager.js';
export type { ReaderOptions } from './ipcManager.js';
export { formatLauncherArgs, parseLauncherArgs } from './launcherArgs.js';
export { DEFAULT_LIMITS } from './limits.js';
export type { Limits } from './limits.js';
export { silentLogger } from './logger.js';
export type { Logger } from './logger.js';
export type { ErrorHandler, MessageHandler } from './readerLoop.js';
export { processSpace } from './processSpace.js';
export { RequestTracker } from './requestTracker.js';
export { makePrivateDirectory } from './transport/privateDirectory.js';
export type { PrivateDirectory } from './transport/privateDirectory.js';
export { hostAndPort } from './transport/transport.js';
export type { Endpoint } from './transport/transport.js';
export { isLoopback } from './transport/tcpTransport.js';
export { TRANSPORT_NAMES } from './transportConfig.js';
export type { TransportConfig, TransportName } from './transportConfig.js';
export { TransportFactory } from './transportFactory.js';
export type { CreatedListener, ListenerInfo } from './transportFactory.js';
