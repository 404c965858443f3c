import type { Readable, Writable } from 'node:stream';
import type { AdapterOptions } from './adapterOptions.js';
import { NodeDebugSession } from './debugSession.js';
import { onSignals } from './onSignals.js';
import { reportToStderr } from './reportToStderr.js';
import { sweepLater } from './sweepLater.js';

/** Settings of an adapter with one client. */
export interface StdioOptions extends AdapterOptions {
  /** The stream from the client. Default: this process's stdin. */
  readonly input?: Readable | undefined;
  /** The stream to the client; nothing else may write to it. Default: this process's stdout. */
  readonly output?: Writable | undefined;
}

/**
 * Serves one client over a pair of streams. The session ends when the client disconnects, closes its stream or sends
 * invalid DAP, or when this process gets a signal. The promise resolves once the program has ended; nothing then keeps
 * the process alive. Never rejects.
 */
export async function startAdapter(options: StdioOptions = {}): Promise<void> {
  const { input = process.stdin, output = process.stdout, handleSignals = true } = options;
  const session = new NodeDebugSession({ reportError: reportToStderr, ...options });
  const removeSignalListeners = handleSignals
    ? onSignals((signal) => void session.end(`the adapter was sent ${signal}`))
    : () => undefined;
  session.start(input, output);
  const stopSweep = sweepLater(options.logger);
  await session.ended;
  stopSweep();
  removeSignalListeners();
  input.destroy();
  // A client that neither reads nor closes the stream would keep this process alive with unwritten output.
  if (output === process.stdout && output.writableLength > 0) process.exit();
}
