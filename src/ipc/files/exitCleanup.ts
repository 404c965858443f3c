import { isMainThread } from 'node:worker_threads';

/** The signals that end a process and can be handled. */
const SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

type SignalListener = (signal: NodeJS.Signals) => void;

const pending = new Set<() => void>();

function runPending(): void {
  for (const cleanup of [...pending]) {
    try {
      cleanup();
    } catch {
      // The other cleanups must still run, and no one is left to inform.
    }
  }
}

/**
 * Wraps a cleanup so that it runs once: when it is called, or when the process ends without a call, by
 * `process.exit` or by a signal. Files must not remain after that.
 *
 * A signal still does what it does without us: with a listener of the embedder, that listener is in charge, and we do
 * nothing; without one, the process ends by the signal. Threads other than the main thread get no signals, so their
 * files stay if the process is ended by one, as after SIGKILL. `sweepPrivateDirectories` removes such files.
 */
export function onceAtExit(cleanup: () => void): () => void {
  const once = (): void => {
    if (!pending.delete(once)) return;
    if (pending.size === 0) removeListeners();
    cleanup();
  };
  if (pending.size === 0) addListeners();
  pending.add(once);
  return once;
}

function addListeners(): void {
  process.on('exit', runPending);
  if (!isMainThread) return;
  ownListeners().add(endBySignal);
  // First of all listeners, because a listener that is called once has removed itself when the next one is called.
  for (const signal of SIGNALS) process.prependListener(signal, endBySignal);
}

function removeListeners(): void {
  process.removeListener('exit', runPending);
  if (!isMainThread) return;
  for (const signal of SIGNALS) process.removeListener(signal, endBySignal);
  ownListeners().delete(endBySignal);
}

/** Cleans up and ends the process by the signal, unless the embedder handles the signal. */
function endBySignal(signal: NodeJS.Signals): void {
  if (isHandledByOthers(signal)) return;
  runPending();
  removeListeners();
  process.kill(process.pid, signal);
}

/**
 * True if a listener is there that is neither ours, nor that of another copy of this package, nor one of the package
 * `signal-exit`. Like us, those wait for other listeners: if each of us waited for the other, the signal would be lost.
 */
function isHandledByOthers(signal: NodeJS.Signals): boolean {
  const own = ownListeners();
  const others = process.listeners(signal).filter((listener) => !own.has(listener));
  return others.length > signalExitListeners();
}

/** The listeners of all copies of this package in this process. */
function ownListeners(): Set<SignalListener> {
  const key = Symbol.for('debug-adapter-ipc signal listeners');
  const known: unknown = Reflect.get(process, key);
  if (known instanceof Set) return known as Set<SignalListener>;
  const listeners = new Set<SignalListener>();
  Object.defineProperty(process, key, { value: listeners });
  return listeners;
}

/** The number of listeners that `signal-exit` has for each signal, in its versions 3 and 4. */
function signalExitListeners(): number {
  const third: unknown = Reflect.get(process, '__signal_exit_emitter__');
  const fourth: unknown = Reflect.get(globalThis, Symbol.for('signal-exit emitter'));
  return countOf(third) + countOf(fourth);
}

function countOf(emitter: unknown): number {
  const count: unknown = typeof emitter === 'object' && emitter !== null && Reflect.get(emitter, 'count');
  return typeof count === 'number' ? count : 0;
}
