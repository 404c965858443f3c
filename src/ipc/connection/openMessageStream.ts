import type { Authenticator, Peer } from '../authentication/authenticator.js';
import { saysBye } from '../authentication/negotiation.js';
import type { Limits } from '../core/limits.js';
import type { Message } from '../core/messages.js';
import { exitAfterEnd } from '../core/peerProcess.js';
import type { PeerProcess } from '../core/peerProcess.js';
import type { FramingName } from '../core/transportConfig.js';
import { framingOf } from '../framing/framingOf.js';
import { MessageCodec } from '../framing/messageCodec.js';
import type { HealthRecord } from '../resume/health.js';
import { openPeerStream } from '../resume/openPeerStream.js';
import { PeerStream } from '../resume/peerStream.js';
import { ResumableSessions } from '../resume/resumableSessions.js';
import type { Transport } from '../transport/transport.js';
import { MessageStream } from './messageStream.js';
import { expectExit } from './peerExit.js';

export interface MessageStreamSetup {
  readonly authenticator: Authenticator;
  readonly framing: FramingName;
  readonly limits: Limits;
  readonly onFull: 'wait' | 'error';
  /** Listener: where the peer finds its session. Connector: the way to the listener. */
  readonly way: ResumableSessions | Transport;
  readonly health?: HealthRecord | undefined;
  /** The peer's process, if it is known. */
  readonly launcher?: PeerProcess | undefined;
}

/** Opens the messages over the stream of a peer. The result owns the stream. */
export function openMessageStream(peer: Peer, setup: MessageStreamSetup): MessageStream<Message, object> {
  const { limits, launcher, way } = setup;
  const carrier = openPeerStream(peer, { ...setup, maxUnacknowledgedBytes: limits.maxUnacknowledgedBytes });
  if (carrier instanceof PeerStream) expectExit(carrier, launcher);
  return new MessageStream<Message, object>(carrier, {
    ...limits,
    onFull: setup.onFull,
    framing: framingOf(setup.framing, way instanceof ResumableSessions ? 'listener' : 'connector'),
    codec: new MessageCodec(limits),
    saysBye: saysBye(peer.agreement),
    peerExit: launcher && (() => exitAfterEnd(launcher)),
  });
}
