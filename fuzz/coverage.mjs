import { Session } from 'node:inspector';

const OURS = '/dist/ipc/';

/** Measures which code of the package runs, by V8's block counts. No instrumented build is needed. */
export class Coverage {
  #session = new Session();

  constructor() {
    this.#session.connect();
    this.#call('Profiler.enable');
    this.#call('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /**
   * Returns the code that ran since the last call: a map per script URL, with a 1 for each character that
   * ran.
   */
  take() {
    const maps = new Map();
    for (const { url, functions } of this.#call('Profiler.takePreciseCoverage').result) {
      if (url.includes(OURS)) maps.set(url, mapOf(functions));
    }
    return maps;
  }

  #call(method, parameters) {
    let answer;
    this.#session.post(method, parameters, (error, result) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }
}

/** Outer blocks come before inner blocks, whose counts are more precise. */
function mapOf(functions) {
  const ends = functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset));
  const map = new Uint8Array(Math.max(0, ...ends));
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges)
      map.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  return map;
}

/** Returns the characters that ran and are not in `reached` yet, as `url:offset`. */
export function newIn(maps, reached) {
  const fresh = [];
  for (const [url, map] of maps) {
    const known = reached.get(url);
    for (let at = map.indexOf(1); at >= 0; at = map.indexOf(1, at + 1)) {
      if (known?.[at] !== 1) fresh.push({ url, at });
    }
  }
  return fresh;
}

/** Adds the code that ran to `reached`. */
export function merge(maps, reached) {
  for (const [url, map] of maps) {
    const known = reached.get(url) ?? new Uint8Array(0);
    const merged = new Uint8Array(Math.max(known.length, map.length));
    merged.set(known);
    map.forEach((ran, at) => (merged[at] |= ran));
    reached.set(url, merged);
  }
}

/** Returns the number of characters of code that were reached. */
export function sizeOf(reached) {
  return [...reached.values()].reduce((sum, map) => sum + map.reduce((count, ran) => count + ran, 0), 0);
}
