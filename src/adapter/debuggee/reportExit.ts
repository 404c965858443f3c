import { constants } from 'node:os';
import { settlesWithin } from '../../ipc/index.js';
import type { Message, ProcessExit } from '../../ipc/index.js';
import type { ProgramOutput } from '../output/programOutput.js';

/** The silence on stdout and stderr after which the output of an ended program is complete, in milliseconds. */
const OUTPUT_SILENCE_MS = 500;
/** The time that the launcher's last events are waited for after the end of its process, in milliseconds. */
const LAST_EVENTS_MS = 1_000;

interface DebuggeeEnd {
  /** Settles when the debuggee's process has ended. */
  readonly exited: Promise<ProcessExit>;
  readonly output: ProgramOutput;
  /** Settles when the launcher's last event has been passed on. */
  readonly lastEvent: Promise<unknown>;
  /** True: the exit code is shown as a line of output, too. In a terminal, the shell shows it. Default false. */
  readonly showsExit?: boolean;
  /**
   * True if the console is that of the program's parent. There, a line about an end without an exit code would not say
   * which program it is about, and each stop of a program with children would have such lines. Default false.
   */
  readonly sharesConsole?: boolean;
  /** Gives the body of `terminated`. Undefined: no body. */
  readonly terminatedBody?: (exit: ProcessExit) => Promise<Message | undefined>;
  /** Gives a last text for the user. Undefined: no text. */
  readonly remark?: (() => string | undefined) | undefined;
}

/** Gives the exit code; after a signal, 128 plus its number, as in a shell. Undefined if the code is not known. */
export function exitCodeOf({ code, signal }: ProcessExit): number | undefined {
  return signal === null ? (code ?? undefined) : 128 + constants.signals[signal];
}

/** True if the program was ended by a signal, or is gone without an exit code. */
export function wasKilled({ code, signal, error }: ProcessExit): boolean {
  return signal !== null || (code === null && error === undefined);
}

function unusualExit(exit: ProcessExit, sharesConsole = false): string | undefined {
  if (exit.signal !== null) return `The program was ended by ${exit.signal}.\n`;
  if (exit.error !== undefined) return `The program is out of reach: ${exit.error.message}.\n`;
  return exit.code === null && !sharesConsole
    ? 'The program has gone without telling its exit code.\n'
    : undefined;
}

/** The line that people know from other debuggers. */
function exitLine({ code }: ProcessExit): string {
  return `Process exited with code ${code ?? 'unknown'}\n`;
}

/**
 * Waits for the program's end and reports it to the client. The client gets the program's output, the launcher's last
 * events, a text about the end, `exited` if the exit code is known, and `terminated`, in this order.
 *
 * @returns the exit of the program's process
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
  const texts = [
    debuggee.remark?.(),
    unusualExit(exit, debuggee.sharesConsole) ?? (debuggee.showsExit === true ? exitLine(exit) : undefined),
  ];
  const output = texts.filter((text) => text !== undefined).join('');
  if (output !== '') send('output', { category: 'console', output });
  const exitCode = exitCodeOf(exit);
  if (exitCode !== undefined) send('exited', { exitCode });
  send('terminated', await debuggee.terminatedBody?.(exit));
  return exit;
}
