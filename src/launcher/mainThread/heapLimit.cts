/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Keeps the program's heap limit off the debugger's thread. V8's options are those of all threads of the process and
 * come before the `resourceLimits` of a worker, so a program with a small heap would end because its debugger runs out
 * of memory. The limit of a thread is fixed when the thread starts.
 */
import v8 = require('node:v8');

/** Heap of the debugger's thread, in MiB, without its youngest objects. */
const DEBUGGER_HEAP_MB = 4_096;
/** V8's options for the size of a heap, with the size in MiB. */
const LIMITS = ['max-old-space-size', 'max-heap-size'];

/** Lifts the limits that were set for this process. Returns a function that sets them again. */
function liftHeapLimit(): () => void {
  const words = [...(process.env.NODE_OPTIONS ?? '').split(' '), ...process.execArgv];
  // With a blank in place of the equals sign, the size is a word of its own.
  const options = words.join(' ').replace(/_/g, '-').replace(/=/g, ' ').split(' ');
  const limits = LIMITS.flatMap((name) => {
    const size = options[options.lastIndexOf(`--${name}`) + 1] ?? '';
    return options.includes(`--${name}`) && /^\d+$/.test(size) ? [{ name, size }] : [];
  });
  for (const { name } of limits) v8.setFlagsFromString(`--${name}=0`);
  return () => {
    for (const { name, size } of limits) v8.setFlagsFromString(`--${name}=${size}`);
  };
}

export = { DEBUGGER_HEAP_MB, liftHeapLimit };
