import { StringDecoder } from 'node:string_decoder';
import type { SessionTrace } from '../debuggee/sessionTrace.js';
import type { LauncherProcess } from '../process/launcherProcess.js';

/**
 * Records the end of a launcher, and what it writes to stderr until it has connected: later text is the program's output.
 *
 * @returns undefined if the session is not recorded
 */
export function recordLauncher(
  launcher: LauncherProcess,
  trace: SessionTrace,
): { readonly connected: () => void } | undefined {
  const sink = trace.launcher;
  if (sink === undefined) return undefined;
  void launcher.exited.then(({ code, signal, error }) => {
    const stderr = launcher.stderrTail();
    sink.note('exit', { pid: launcher.pid, code, signal, stderr, error: error?.message });
  });
  // The stream is not read as text: a character may be cut in two.
  const decoder = new StringDecoder('utf8');
  const record = (chunk: Buffer | string): void => {
    sink.note('stderr', {
      pid: launcher.pid,
      text: typeof chunk === 'string' ? chunk : decoder.write(chunk),
    });
  };
  launcher.streams?.stderr.on('data', record);
  return { connected: () => void launcher.streams?.stderr.off('data', record) };
}
