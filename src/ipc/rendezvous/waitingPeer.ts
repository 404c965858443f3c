import { settlesWithin } from '../core/deferred.js';
import type { Message } from '../core/messages.js';
import { isResponse, readLauncherMessage } from '../core/messages.js';
import { IpcError } from '../core/errors.js';
import type { MessageStream } from '../connection/messageStream.js';
import type { Claim } from './rendezvousMessages.js';
import { CONNECT_COMMAND, RELEASE_COMMAND } from './rendezvousMessages.js';

/** How long one that waits may take to confirm that it has got word, in milliseconds. */
const CONFIRM_TIMEOUT_MS = 5_000;

/** One that said hello and waits. It is told one thing, once: where to go, or that nobody wants it. */
export class WaitingPeer {
  private told = false;

  /** @param hello what it said of itself */
  constructor(
    readonly id: string,
    readonly hello: Message,
    private readonly stream: MessageStream<Message>,
  ) {}

  /** Whether it has been told where to go, or that nobody wants it. */
  get isTold(): boolean {
    return this.told;
  }

  /** Sends it to its adopter. @throws IpcError when it has gone, or does not confirm */
  async connect(adoption: Claim): Promise<void> {
    this.told = true;
    try {
      await this.stream.send({ command: CONNECT_COMMAND, arguments: { ...adoption }, id: 1 });
      const answer = this.stream.take();
      if (!(await settlesWithin(answer, CONFIRM_TIMEOUT_MS)) || !isConsent(await answer)) {
        throw new IpcError('ERR_IPC_RELEASED', 'the process that waited has gone');
      }
    } finally {
      void this.stream.close();
    }
  }

  /** Tells it that nobody wants it. Does nothing once it has been told something. */
  release(reason: string): void {
    if (this.told) return;
    this.told = true;
    // One that has gone meanwhile need not be told.
    this.stream
      .send({ command: RELEASE_COMMAND, arguments: { reason }, id: 1 })
      .catch(() => undefined)
      .finally(() => void this.stream.close());
  }
}

function isConsent(message: Message | IpcError | null): boolean {
  if (message === null || message instanceof IpcError) return false;
  const answer = readLauncherMessage(message);
  return isResponse(answer) && answer.success;
}
