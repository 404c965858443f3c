import type { Message } from '../../ipc/index.js';
import type { LauncherProcess } from '../process/launcherProcess.js';
import type { SessionFaults } from '../dap/sessionFaults.js';
import { OutputRelay } from './outputRelay.js';
import type { OutputSink } from './outputSink.js';

/** The program's output on its way to the client. */
export type ProgramOutput = Pick<OutputRelay, 'drained' | 'discard'> &
  Partial<Pick<OutputRelay, 'expectCall' | 'expectPlace' | 'holdsEvents' | 'sendInOrder'>> & {
    /** Undefined if console calls are not asked for. */
    readonly addCallQuery?: OutputRelay['addCallQuery'] | undefined;
    /** Takes the body of a `consoleCalls` event as it is. Undefined: each call is passed to `expectCall`. */
    readonly forwardCalls?: (body: Message) => void;
  };

/** The output of a program whose streams another process shows, for example a terminal. */
const NO_OUTPUT: ProgramOutput = { drained: () => Promise.resolve(), discard: () => undefined };

/** Relays a launcher's output to the sink, if the output comes to this process. */
export function relayOutput(
  { streams }: LauncherProcess,
  { output, faults }: { readonly output: OutputSink; readonly faults: SessionFaults },
): ProgramOutput {
  return streams === undefined ? NO_OUTPUT : new OutputRelay(streams, output, faults);
}
