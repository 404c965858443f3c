import { toError } from '../../ipc/index.js';

/**
 * The place where the faults of one session arrive: errors that nothing else handles. Every entry into a session, from
 * a stream, a timer, a reader loop or a promise that is not awaited, goes through this class. So a fault ends its
 * session, and neither the process nor the other sessions in it.
 */
export class SessionFaults {
  /** @param onFault takes each fault. If it throws, the entry throws: tests use that */
  constructor(private readonly onFault: (error: Error) => void) {}

  /** Takes an error that nothing else handles. */
  readonly report = (thrown: unknown): void => this.onFault(toError(thrown));

  /** Runs an action. */
  run(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      this.report(thrown);
    }
  }

  /** Makes a listener whose errors are faults of the session. */
  guard<Args extends readonly unknown[]>(listener: (...args: Args) => void): (...args: Args) => void {
    return (...args) => this.run(() => listener(...args));
  }

  /** Takes the rejection of a promise that is not awaited. */
  watch(work: Promise<unknown>): void {
    work.catch(this.report);
  }
}
