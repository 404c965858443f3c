import type { Socket } from 'node:net';

/** Properties of the process's own pipes that their type omits. */
interface PipeInternals {
  readonly _handle?: { setBlocking?: (blocking: boolean) => number } | null;
}

/**
 * Makes writes to stdout or stderr wait while the stream is a full pipe. Node would instead queue the writes
 * without limit: a program that prints in a loop, without returning to the event loop, would grow by all text
 * that its reader has not read yet.
 *
 * The streams are still created when the program first uses them, and change at that moment. On Windows
 * node's pipes wait anyway.
 */
function makePipesBlocking(): void {
  for (const name of ['stdout', 'stderr'] as const) makeBlockingOnFirstUse(name);
}

function makeBlockingOnFirstUse(name: 'stdout' | 'stderr'): void {
  const descriptor = Object.getOwnPropertyDescriptor(process, name);
  const createStream = descriptor?.get?.bind(process) as (() => Socket & PipeInternals) | undefined;
  if (descriptor === undefined || createStream === undefined) return;
  const get = (): Socket => {
    Object.defineProperty(process, name, descriptor);
    const stream = createStream();
    // Handles of files and terminals have no such method, or wait anyway.
    if (isPipe(stream)) stream._handle?.setBlocking?.(true);
    // On Windows no other process can read on when the adapter has gone: what the program prints then is lost.
    if (process.platform === 'win32' && isPipe(stream)) stream.on('error', ignoreBrokenPipe);
    return stream;
  };
  // The same name as that of node's getter.
  Object.defineProperty(get, 'name', { value: descriptor.get?.name ?? '' });
  Object.defineProperty(process, name, { ...descriptor, get });
}

function ignoreBrokenPipe(this: Socket, error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && this.listenerCount('error') === 1) throw error;
}

function isPipe(stream: object): boolean {
  return '_type' in stream && stream._type === 'pipe';
}

export = { makePipesBlocking };
