import type { SessionOptions } from './debugSession.js';

/** Settings of an adapter, over stdio or as a server. */
export interface AdapterOptions extends SessionOptions {
  /**
   * True: SIGTERM, SIGINT and SIGHUP end all sessions and their programs before the process ends. False: the embedder
   * handles signals. Default true.
   */
  readonly handleSignals?: boolean | undefined;
}
