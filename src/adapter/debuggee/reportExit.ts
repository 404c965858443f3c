import { constants } from 'node:os';
import { settlesWithin } from '../../ipc/index.js';
import type { Message, ProcessExit } from '../../ipc/index.js';
import type { ProgramOutput } from '../output/programOutput.js';

/** Output that stays away this long after the program's end is not the program's, in milliseconds. */
const OUTPUT_SILENCE_MS = 500;
/** How long the launcher's last words are waited for once its process is gone, in milliseconds. */
const LAST_EVENTS_MS = 1_000;

interface DebuggeeEnd {
  /** The end of its process. */
  readonly exited: Promise<ProcessExit>;
  readonly output: ProgramOutput;
  /** Settles when the launcher's last event has been passed on. */
  readonly lastEvent: Promise<unknown>;
}

/** A shell's convention: 128 and the signal's number. Undefined where nobody could tell. */
export function exitCodeOf({ code, signal }: ProcessExit): number | undefined {
  return signal === null ? (code ?? undefined) : 128 + constants.signals[signal];
}

function unusualExit(exit: ProcessExit): string | undefined {
  if (exit.signal !== null) return `The program was ended by ${exit.signal}.\n`;
  if (exit.error !== undefined) return `The program is out of reach: ${exit.error.message}.\n`;
  return exit.code === null ? 'The program has gone without telling its exit code.\n' : undefined;
}

/**
 * Waits for the program's end and tells the client of it, in this order: everything that it wrote, everything
 * that the launcher still had to say, the signal if one ended it, `exited` where the exit code is known, `terminated`. Each once.
 *
 * @returns how the program's process ended
 */
export async function reportExit(
  debuggee: DebuggeeEnd,
  send: (event: string, body?: Message) => void,
): Promise<ProcessExit> {
  const exit = await debuggee.exited;
  await Promise.all([
    debuggee.output.drained(OUTPUT_SILENCE_MS),
    settlesWithin(debuggee.lastEvent, LAST_EVENTS_MS),
  ]);
  debuggee.output.discard();
  const output = unusualExit(exit);
  if (output !== undefined) send('output', { category: 'console', output });
  const exitCode = exitCodeOf(exit);
  if (exitCode !== undefined) send('exited', { exitCode });
  send('terminated');
  return exit;
}
