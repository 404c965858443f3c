/** A request that the debugger could not fulfill. The message is shown to the user. */
export class DebuggerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DebuggerError';
  }
}

/** Creates the error for a request that requires a paused program. */
export function notPaused(): DebuggerError {
  return new DebuggerError('the program is not paused');
}

/**
 * The debugger was detached, by a command or by the program's end. The program runs on without a debugger.
 */
export class DetachedError extends DebuggerError {
  constructor() {
    super('the debugger is detached from the program');
  }
}
