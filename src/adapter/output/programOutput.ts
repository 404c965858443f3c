import type { LauncherProcess } from '../process/launcherProcess.js';
import { OutputRelay } from './outputRelay.js';
import type { OutputSink } from './outputRelay.js';

/** What a program writes, on its way to the client. */
export type ProgramOutput = Pick<OutputRelay, 'drained' | 'discard'> &
  Partial<Pick<OutputRelay, 'askFirst' | 'expect'>>;

/** A program whose output does not come to this process has it shown elsewhere. */
const SHOWN_ELSEWHERE: ProgramOutput = { drained: () => Promise.resolve(), discard: () => undefined };

/** Carries a launcher's output to the sink, where it has any. */
export function relayOutput({ streams }: LauncherProcess, sink: OutputSink): ProgramOutput {
  return streams === undefined ? SHOWN_ELSEWHERE : new OutputRelay(streams, sink);
}
