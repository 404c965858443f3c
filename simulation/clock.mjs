import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';

const immediate = setImmediate;

/** Resolves when all that this turn has caused in the process has run: promises, and callbacks of `nextTick`. */
export function turn() {
  return new Promise((resolve) => {
    immediate(resolve);
  });
}

class VirtualTimer {
  constructor(clock, { id, owner, due, run, repeatMs }) {
    Object.assign(this, { clock, id, owner, due, run, repeatMs });
    if (clock.keepsStacks) this.stack = new Error('set').stack;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  hasRef() {
    return true;
  }

  [Symbol.toPrimitive]() {
    return this.id;
  }
}

/**
 * The time and the random numbers of the simulated processes, in place of those of this thread: `setTimeout`,
 * `performance.now`, `Math.random` and `randomBytes`. Time passes only when the simulation says so.
 */
export class VirtualClock {
  now = 0;
  /** The side whose code runs: it owns the timers that it sets. */
  owner = undefined;
  keepsStacks = false;
  #timers = new Map();
  #lastId = 0;
  #random;

  install() {
    const set =
      (repeats) =>
      (callback, ms, ...args) =>
        this.#set(callback, ms, args, repeats);
    const clear = (timer) => this.#timers.delete(Number(timer));
    Object.assign(globalThis, {
      setTimeout: set(false),
      setInterval: set(true),
      clearTimeout: clear,
      clearInterval: clear,
    });
    performance.now = () => this.now;
    Math.random = () => this.#random.fraction();
    crypto.randomBytes = (length) => this.#random.bytes(length);
    timersPromises.setTimeout = (ms, value, options) => this.#delay(ms, value, options);
    syncBuiltinESMExports();
  }

  /** Begins a simulation, at time 0. */
  reset(random) {
    this.now = 0;
    this.owner = undefined;
    this.#timers.clear();
    this.#lastId = 0;
    this.#random = random;
  }

  get timers() {
    return [...this.#timers.values()];
  }

  /** The timer of a side that runs, which is due next. */
  next() {
    let next;
    for (const timer of this.#timers.values()) {
      if (timer.owner?.isSuspended === true) continue;
      if (next === undefined || timer.due < next.due) next = timer;
    }
    return next;
  }

  /** Lets the time of a timer come, and runs it. */
  fire(timer) {
    this.now = Math.max(this.now, timer.due);
    if (timer.repeatMs === undefined) this.#timers.delete(timer.id);
    else timer.due = this.now + timer.repeatMs;
    timer.run();
  }

  /** Lets time pass, but not beyond the next timer. */
  pass(ms) {
    const next = this.next();
    const until = this.now + ms;
    this.now = Math.max(this.now, next === undefined ? until : Math.min(until, next.due));
  }

  /** The timers of a process that was killed are gone with it. */
  dropTimersOf(owner) {
    for (const timer of this.timers) if (timer.owner === owner) this.#timers.delete(timer.id);
  }

  #set(callback, ms = 1, args = [], repeats = false) {
    this.#lastId += 1;
    const delay = Math.max(1, Number(ms) || 1);
    const timer = new VirtualTimer(this, {
      id: this.#lastId,
      owner: this.owner,
      due: this.now + delay,
      run: () => callback(...args),
      repeatMs: repeats ? delay : undefined,
    });
    this.#timers.set(timer.id, timer);
    return timer;
  }

  #delay(ms, value, { signal } = {}) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.#timers.delete(timer.id);
        reject(signal.reason);
      };
      const timer = this.#set(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve(value);
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}
