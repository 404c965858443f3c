import type { MessagePort } from 'node:worker_threads';

/** A one-way, one-time sign in shared memory: 0 until it is raised, 1 ever after. */
export type Sign = Int32Array;

/**
 * What the main thread, which hosts the program, and the worker, which talks to the adapter, share.
 * The main thread blocks on a sign, so each message is posted before its sign is raised.
 */
export interface HostLink {
  /** The launcher's own command line, without node and the script. */
  readonly argv: readonly string[];
  /** Start order down to the main thread, {@link HostNotice} up to the worker. */
  readonly port: MessagePort;
  /** The worker's modules are loaded and its own error handling is in place. */
  readonly alive: Sign;
  /** A {@link StartOrder} has been posted. */
  readonly ordered: Sign;
  /** The exit notice has been passed on to the adapter, or there is no adapter to pass it to. */
  readonly exitPassedOn: Sign;
  /** The debugger is detached, as the program's signal to itself asked for. */
  readonly detached: Sign;
}

/** What the worker tells the main thread to do, once. */
export type StartOrder =
  | { readonly kind: 'program'; readonly program: string; readonly args: readonly string[] }
  | { readonly kind: 'code'; readonly code: string; readonly args: readonly string[] }
  | { readonly kind: 'leave'; readonly exitCode: number };

/**
 * What the main thread tells the worker: the program has ended, or is about to send itself a signal that it
 * does not handle.
 */
export type HostNotice = { readonly kind: 'exit'; readonly exitCode: number } | { readonly kind: 'selfKill' };

/** Raises a sign and wakes the main thread if it waits for it. */
export function raise(sign: Sign): void {
  Atomics.store(sign, 0, 1);
  Atomics.notify(sign, 0);
}
