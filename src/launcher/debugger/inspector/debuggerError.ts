/** A request to the debugger that could not be met. Its message is for the person who debugs. */
export class DebuggerError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DebuggerError';
  }
}

/** The error of every request that needs the program to stand still. */
export function notPaused(): DebuggerError {
  return new DebuggerError('the program is not paused');
}

/** The debugger was detached, by us or by the program's end: what the program does from then on it does freely. */
export class DetachedError extends DebuggerError {
  constructor() {
    super('the debugger is detached from the program');
  }
}
