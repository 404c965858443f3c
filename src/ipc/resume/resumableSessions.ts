import { REFUSAL } from '../authentication/resumeProof.js';
import type { Refusal, ResumeSecret } from '../authentication/resumeProof.js';
import type { ResumableSession, SessionDirectory } from '../authentication/resumeHandshake.js';
import type { PeerStream } from './peerStream.js';

/** The ended sessions that are remembered: their peers are told that they come too late. */
const MAX_ENDED = 64;

/** The sessions of one listener that other streams may continue. */
export class ResumableSessions implements SessionDirectory {
  isTaken = false;
  /** The sessions by their ids. Undefined: the handshake is over, and the session has not begun. */
  private readonly sessions = new Map<string, ResumableSession | undefined>();
  private readonly ended = new Set<string>();

  /** Notes a session whose handshake is over. */
  expect(secret: ResumeSecret): void {
    this.sessions.set(nameOf(secret.id), undefined);
  }

  /** Adds a session until its stream is closed. */
  add(secret: ResumeSecret, stream: PeerStream): void {
    const name = nameOf(secret.id);
    this.sessions.set(name, {
      secret,
      get lastCounter() {
        return stream.lastCounter;
      },
      suspend: (counter) => stream.suspend(counter),
      continueOn: (socket, counter, peerPosition) => stream.continueOn(socket, counter, peerPosition),
    });
    stream.once('close', () => this.end(name));
  }

  find(id: Buffer): ResumableSession | Refusal | undefined {
    const name = nameOf(id);
    if (this.sessions.has(name)) return this.sessions.get(name);
    return this.ended.has(name) ? REFUSAL.late : REFUSAL.unknown;
  }

  private end(name: string): void {
    this.sessions.delete(name);
    this.ended.add(name);
    const [oldest] = this.ended;
    if (oldest !== undefined && this.ended.size > MAX_ENDED) this.ended.delete(oldest);
  }
}

function nameOf(id: Buffer): string {
  return id.toString('hex');
}
