import type { Socket } from 'node:net';
import type { Authenticator, Peer } from '../authentication/authenticator.js';
import { answersPings, resumes } from '../authentication/negotiation.js';
import { DEFAULT_GRACE_MS } from '../authentication/resumeSettings.js';
import { dialWithRetry } from '../transport/dialWithRetry.js';
import type { Transport } from '../transport/transport.js';
import { HealthRecord } from './health.js';
import { PeerStream } from './peerStream.js';
import type { Redial } from './redial.js';
import type { ResumableSessions } from './resumableSessions.js';

/** Time of one attempt to connect, in milliseconds. The pauses between attempts are those of the continuation. */
const ATTEMPT_MS = 10_000;

export interface PeerStreamSetup {
  readonly authenticator: Authenticator;
  readonly maxUnacknowledgedBytes: number;
  readonly health?: HealthRecord | undefined;
  /** Listener: where the peer finds its session. Connector: the way to the listener. */
  readonly way: ResumableSessions | Transport;
}

/** Returns the stream of a peer: its socket as it is, unless both ends have agreed on more. */
export function openPeerStream(peer: Peer, setup: PeerStreamSetup): Socket | PeerStream {
  const { socket, agreement, secret } = peer;
  const { authenticator, maxUnacknowledgedBytes, health = new HealthRecord(), way } = setup;
  const heartbeat = answersPings(agreement) ? authenticator.settings.heartbeat : undefined;
  if (!resumes(agreement) || secret === undefined) {
    return heartbeat === undefined ? socket : new PeerStream(socket, { heartbeat, health });
  }
  const graceMs = agreement?.resumeGraceMs ?? DEFAULT_GRACE_MS;
  const redial = 'dial' in way ? redialOver(way, authenticator, secret) : undefined;
  const resume = { graceMs, maxUnacknowledgedBytes, redial };
  const stream = new PeerStream(socket, { resume, heartbeat, health });
  if (!('dial' in way)) way.add(secret, stream);
  return stream;
}

/** Returns the function that connects again over a transport, and proves that the session is this end's. */
function redialOver(
  transport: Transport,
  authenticator: Authenticator,
  secret: NonNullable<Peer['secret']>,
): Redial {
  return async ({ counter, position, signal }) => {
    const socket = await dialWithRetry(transport, { timeoutMs: ATTEMPT_MS, attempts: 1, signal });
    return authenticator.resumeAsConnector(socket, signal, { secret, counter, position });
  };
}
