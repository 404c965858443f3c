import { randomBytes } from 'node:crypto';

/**
 * The name under which conditions reach the probe. It is a variable of the global scope and no property of the
 * global object: nobody finds it who does not know the name.
 */
export const PROBE = `debugAdapterIpc${randomBytes(12).toString('hex')}`;

/**
 * What conditions call, in the program's own thread, so that a hit that does not stop costs no round trip. It uses
 * nothing that the program may replace later.
 *
 * - `count(id)` counts a hit of a breakpoint, and gives how many there were.
 * - `threw(id, error)` takes note of a condition that threw. True the first time: that pause fetches the note.
 * - `log(id, ...parts)` evaluates the parts and hands them to the inspector's own console, which takes their
 *   previews at once and writes to no stream. False: a log point does not stop.
 * - `take()` gives the notes as JSON, once.
 */
const PROBE_SOURCE = `const ${PROBE} = (() => {
  const { apply } = Reflect;
  const { stringify } = JSON;
  const sink = typeof process === 'object' && typeof process.getBuiltinModule === 'function'
    ? process.getBuiltinModule('node:inspector').console.log
    : typeof console === 'object' ? console.log : undefined;
  const counts = { __proto__: null };
  const told = { __proto__: null };
  let notes = [];
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
      if (told[id]) return false;
      told[id] = true;
      notes[notes.length] = { __proto__: null, id, text: describe(error) };
      return true;
    },
    log(id, ...parts) {
      const args = ['${PROBE}', id, ''];
      for (let at = 0; at < parts.length; at++) {
        try {
          args[at + 3] = parts[at]();
        } catch (error) {
          args[2] += at + ' ';
          args[at + 3] = error;
        }
      }
      apply(sink, undefined, args);
      return false;
    },
    take() {
      const taken = stringify(notes);
      notes = [];
      return taken;
    },
  };
})();
//# sourceURL=node:debug-adapter-ipc/probe`;

/** Evaluated once in a context, it puts the probe there; undefined is its value. A second time it fails. */
export function probeSource(): string {
  return PROBE_SOURCE;
}
