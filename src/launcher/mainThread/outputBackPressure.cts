import type { Socket } from 'node:net';

/** What a pipe of the process's own has beside what its type says. */
interface PipeInternals {
  readonly _handle?: { setBlocking?: (blocking: boolean) => number } | null;
}

/**
 * Makes writes to a stdout or stderr that is a pipe wait until there is room in it. Node would queue them
 * without end instead: a program that prints in a loop, and so never gives way to the event loop, would grow
 * by all that its reader has not taken yet.
 *
 * The streams are made when the program first asks for them, as ever: it is then that this comes to bear. On
 * Windows node's pipes wait already.
 */
function holdWritersBack(): void {
  for (const name of ['stdout', 'stderr'] as const) holdBackOnceMade(name);
}

function holdBackOnceMade(name: 'stdout' | 'stderr'): void {
  const plain = Object.getOwnPropertyDescriptor(process, name);
  const make = plain?.get?.bind(process) as (() => Socket & PipeInternals) | undefined;
  if (plain === undefined || make === undefined) return;
  const get = (): Socket => {
    Object.defineProperty(process, name, plain);
    const stream = make();
    // The handle of a file or a terminal has no such thing, or waits as it is.
    if (isPipe(stream)) stream._handle?.setBlocking?.(true);
    return stream;
  };
  // As node names it.
  Object.defineProperty(get, 'name', { value: plain.get?.name ?? '' });
  Object.defineProperty(process, name, { ...plain, get });
}

function isPipe(stream: object): boolean {
  return '_type' in stream && stream._type === 'pipe';
}

export = { holdWritersBack };
