import type { Readable, Writable } from 'node:stream';
import type { AdapterOptions } from './adapterOptions.js';
import { NodeDebugSession } from './debugSession.js';
import { onSignals } from './onSignals.js';
import { reportToStderr } from './reportToStderr.js';

/** Settings of an adapter with one client. */
export interface StdioOptions extends AdapterOptions {
  /** What the client says. Default: this process's stdin. */
  readonly input?: Readable | undefined;
  /** What the client hears; nothing else may write to it. Default: this process's stdout. */
  readonly output?: Writable | undefined;
}

/**
 * Serves one client over a pair of streams, stdin and stdout unless others are given. When the client has
 * disconnected, gone away or sent what is no DAP, or a signal came, the program is ended and the promise
 * resolves; nothing then keeps the process alive. Never rejects.
 */
export async function startAdapter(options: StdioOptions = {}): Promise<void> {
  const { input = process.stdin, output = process.stdout, handleSignals = true } = options;
  const session = new NodeDebugSession({ reportError: reportToStderr, ...options });
  const stopListening = handleSignals
    ? onSignals((signal) => void session.end(`the adapter was sent ${signal}`))
    : () => undefined;
  session.start(input, output);
  await session.ended;
  stopListening();
  input.destroy();
  // A client that neither reads nor goes away would hold this process by what is still to be written.
  if (output === process.stdout && output.writableLength > 0) process.exit();
}
