import { TRACE_VERSION } from './traceFormat.js';
import type { TraceHeader } from './traceFormat.js';

/** The header of a trace that this process begins. */
export function traceHeader(redacted: boolean): TraceHeader {
  return {
    trace: 'debug-adapter-ipc',
    version: TRACE_VERSION,
    started: new Date().toISOString(),
    pid: process.pid,
    node: process.version,
    platform: process.platform,
    redacted,
  };
}
