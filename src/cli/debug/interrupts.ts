import { constants } from 'node:os';
import { EXIT_STATUS } from './exitStatus.js';

/** The signals that ask a whole session to end. */
const ENDING = ['SIGTERM', 'SIGHUP'] as const;

/** What a front-end does on signals. */
export interface InterruptHandlers {
  interrupt: () => void;
  quit: () => void;
}

/** The signals of a process, taken for the time of one session. */
export class Interrupts {
  /** Set once a signal has ended the session: the exit code that tells so. */
  exitCode: number | undefined;
  private readonly end = (signal: NodeJS.Signals): void => {
    this.exitCode = EXIT_STATUS.signalBase + constants.signals[signal];
    this.handlers.quit();
  };

  constructor(private readonly handlers: InterruptHandlers) {
    process.on('SIGINT', handlers.interrupt);
    for (const signal of ENDING) process.on(signal, this.end);
  }

  /** Gives the signals back. */
  release(): void {
    process.off('SIGINT', this.handlers.interrupt);
    for (const signal of ENDING) process.off(signal, this.end);
  }
}
