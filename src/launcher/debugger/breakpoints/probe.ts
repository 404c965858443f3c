import { PROBE_NAME } from '../inspector/probeName.js';

/**
 * The functions that conditions call in the program's thread, so that a hit that does not stop needs no round
 * trip. They use nothing that the program may replace later.
 *
 * - `count(id)` counts a hit of a breakpoint and returns the number of hits.
 * - `threw(id, error)` records an exception of a condition. Returns true the first time, so that the program
 *   pauses and the failures are read.
 * - `log(id, thrown, ...values)` passes the values of a log point, after the indexes of those that were thrown and the
 *   number of call records so far, to the inspector's own console, which creates previews immediately and does not
 *   write to a stream. Returns false, because a log point does not stop.
 * - `countRecords(counter)` takes the object whose first element is the number of call records.
 * - `takeFailures()` returns the recorded exceptions as JSON and clears them.
 */
const PROBE_SOURCE = `const ${PROBE_NAME} = (() => {
  const { apply } = Reflect;
  const { stringify } = JSON;
  const sink = typeof process === 'object' && typeof process.getBuiltinModule === 'function'
    ? process.getBuiltinModule('node:inspector').console.log
    : typeof console === 'object' ? console.log : undefined;
  const counts = { __proto__: null };
  const reported = { __proto__: null };
  let failures = [];
  let records = [];
  const describe = (error) => {
    try {
      return error instanceof Error ? error.name + ': ' + error.message : String(error);
    } catch {
      return 'an error';
    }
  };
  return {
    __proto__: null,
    count(id) {
      counts[id] = (counts[id] ?? 0) + 1;
      return counts[id];
    },
    threw(id, error) {
      if (reported[id]) return false;
      reported[id] = true;
      failures[failures.length] = { __proto__: null, id, text: describe(error) };
      return true;
    },
    log(id, thrown, ...values) {
      const args = ['${PROBE_NAME}', id, thrown, records[0]];
      for (let at = 0; at < values.length; at++) args[at + 4] = values[at];
      apply(sink, undefined, args);
      return false;
    },
    countRecords(counter) {
      records = counter;
    },
    takeFailures() {
      const text = stringify(failures);
      failures = [];
      return text;
    },
  };
})();
//# sourceURL=node:debug-adapter-ipc/probe`;

/**
 * The code that installs the probe in a context. It evaluates to undefined. A second evaluation in the same
 * context fails.
 */
export function probeSource(): string {
  return PROBE_SOURCE;
}
