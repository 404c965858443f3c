import { constants } from 'node:os';
import { EXIT_STATUS } from '../../commandLine/exitStatus.js';

/** Signals that end the whole session. */
const ENDING = ['SIGTERM', 'SIGHUP'] as const;

/** Handlers of a front-end for signals. */
export interface InterruptHandlers {
  interrupt: () => void;
  quit: () => void;
}

/** Handles the signals of the process during one session. */
export class Interrupts {
  /** The exit code for the signal that has ended the session, if any. */
  exitCode: number | undefined;
  private readonly end = (signal: NodeJS.Signals): void => {
    this.exitCode = EXIT_STATUS.signalBase + constants.signals[signal];
    this.handlers.quit();
  };

  constructor(private readonly handlers: InterruptHandlers) {
    process.on('SIGINT', handlers.interrupt);
    for (const signal of ENDING) process.on(signal, this.end);
  }

  /** Removes the signal handlers. */
  release(): void {
    process.off('SIGINT', this.handlers.interrupt);
    for (const signal of ENDING) process.off(signal, this.end);
  }
}
