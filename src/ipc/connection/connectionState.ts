import { IpcError } from '../core/errors.js';

/**
 * The states of a connection: `idle` until it listens or is connected, `open` while there is a peer, `closed`
 * after that, for good.
 */
export type ConnectionState = 'idle' | 'listening' | 'open' | 'closed';

/** Lets one operation run at a time, and each only in the state that it needs. */
export class OperationGuard {
  /** The operation in progress: a call that listens, accepts or connects. */
  private running: string | undefined;

  constructor(private readonly state: () => ConnectionState) {}

  /**
   * Runs an operation.
   *
   * @param doing names the operation in errors
   * @throws IpcError `ERR_IPC_CLOSED`, `ERR_IPC_STATE` in another state or while another operation runs; and as
   *   `work`
   */
  async run(expected: ConnectionState, doing: string, work: () => Promise<void>): Promise<void> {
    this.requireState(expected, doing);
    if (this.running !== undefined) {
      throw new IpcError('ERR_IPC_STATE', `cannot ${doing}: ${this.running} is under way`);
    }
    this.running = doing;
    try {
      await work();
    } finally {
      this.running = undefined;
    }
  }

  private requireState(expected: ConnectionState, doing: string): void {
    const state = this.state();
    if (state === expected) return;
    throw new IpcError(
      state === 'closed' ? 'ERR_IPC_CLOSED' : 'ERR_IPC_STATE',
      `cannot ${doing}: the connection is ${state}, it would have to be ${expected}`,
    );
  }
}
