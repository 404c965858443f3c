import { settlesWithin } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { isResponse, readLauncherMessage } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import { failedBy } from '../connection/closeInfo.js';
import type { MessageStream } from '../connection/messageStream.js';
import type { Claim } from './rendezvousMessages.js';
import { CONNECT_COMMAND, RELEASE_COMMAND } from './rendezvousMessages.js';

/** Time that a waiting peer may take to confirm a claim, in milliseconds. */
const CONFIRM_TIMEOUT_MS = 5_000;

/** A peer that has sent its hello and waits. It is claimed or released, once. */
export class WaitingPeer {
  /** True once the peer was claimed or released. */
  private isSettled = false;
  private readonly stopWatching: () => void;

  /**
   * @param hello the peer's description of itself
   * @param onMore called when the peer sends anything before it is claimed or released
   */
  constructor(
    readonly id: string,
    readonly hello: Message,
    private readonly stream: MessageStream<Message>,
    onMore: () => void,
  ) {
    this.stopWatching = stream.watch(() => {
      if (!this.isSettled && stream.hasUnread) onMore();
    });
  }

  /** The size of the hello as text. */
  get helloCharacters(): number {
    return JSON.stringify(this.hello).length;
  }

  /** Sends the claim to the peer. @throws IpcError when the peer has disconnected, or does not confirm */
  async connect(claim: Claim): Promise<void> {
    this.settle();
    try {
      await this.stream.send({ command: CONNECT_COMMAND, arguments: { ...claim }, id: 1 });
      const answer = this.stream.read();
      if (!(await settlesWithin(answer, CONFIRM_TIMEOUT_MS)) || !isConfirmation(await answer)) {
        throw new IpcError('ERR_IPC_RELEASED', 'the process that waited has gone');
      }
    } finally {
      void this.stream.close();
    }
  }

  /** Releases the peer. Does nothing once the peer was claimed or released. */
  release(reason: string): void {
    if (this.isSettled) return;
    this.settle();
    // The peer may have disconnected meanwhile, so errors are ignored.
    this.stream
      .send({ command: RELEASE_COMMAND, arguments: { reason }, id: 1 })
      .catch(() => undefined)
      .finally(() => void this.stream.close());
  }

  /** Disconnects the peer at once, and discards what it has sent. */
  drop(error: IpcError): void {
    this.settle();
    this.stream.destroy(failedBy('local', error));
  }

  private settle(): void {
    this.isSettled = true;
    this.stopWatching();
  }
}

function isConfirmation(message: Message | IpcError | null): boolean {
  if (message === null || message instanceof IpcError) return false;
  const answer = readLauncherMessage(message);
  return isResponse(answer) && answer.success;
}
