import type { SessionOptions } from './debugSession.js';

/** Settings of an adapter, over stdio or as a server. */
export interface AdapterOptions extends SessionOptions {
  /**
   * End all sessions and their programs on SIGTERM, SIGINT and SIGHUP, instead of dying at once. Default
   * true; false leaves the signals to the embedder.
   */
  readonly handleSignals?: boolean | undefined;
}
