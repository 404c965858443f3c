import type { Logger } from '../ipc/index.js';
import { LogTrace, TraceTargets } from '../trace/recording/logTrace.js';
import { openTrace } from '../trace/recording/traceArguments.js';
import type { TraceArguments } from '../trace/recording/traceArguments.js';
import type { TraceTarget } from '../trace/recording/traceFile.js';

/**
 * Opens what an adapter's sessions are recorded in: a file, the log, or both. This module is loaded only if one of them is
 * asked for.
 *
 * @param isLogged true: each message is logged
 * @throws UsageError as `openTrace`
 */
export function openTraceTarget(
  given: TraceArguments,
  isLogged: boolean,
  logger: Logger,
): TraceTarget | undefined {
  const onError = (err: Error): void => logger.error({ err }, 'the recording has ended');
  const file = openTrace(given, { onError });
  const log = isLogged ? new LogTrace(logger) : undefined;
  return file && log ? new TraceTargets([file, log]) : (file ?? log);
}
