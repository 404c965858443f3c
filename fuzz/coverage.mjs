import { Session } from 'node:inspector';

const OURS = '/dist/ipc/';

/** Which of the package's code runs, as V8 counts it block by block: no instrumented build is needed. */
export class Coverage {
  #session = new Session();

  constructor() {
    this.#session.connect();
    this.#call('Profiler.enable');
    this.#call('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What ran since the last call: for each script's URL a map of its characters, 1 where one ran. */
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

/** Outer blocks come before inner ones, whose counts are more exact. */
function mapOf(functions) {
  const ends = functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset));
  const map = new Uint8Array(Math.max(0, ...ends));
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges)
      map.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  }
  return map;
}

/** The characters that ran and are not in `reached` yet, as `url:offset`. */
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

/** Adds what ran to `reached`. */
export function merge(maps, reached) {
  for (const [url, map] of maps) {
    const known = reached.get(url) ?? new Uint8Array(0);
    const merged = new Uint8Array(Math.max(known.length, map.length));
    merged.set(known);
    map.forEach((ran, at) => (merged[at] |= ran));
    reached.set(url, merged);
  }
}

/** How many characters of code have been reached. */
export function sizeOf(reached) {
  return [...reached.values()].reduce((sum, map) => sum + map.reduce((count, ran) => count + ran, 0), 0);
}
