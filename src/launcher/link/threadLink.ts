import type { MessagePort } from 'node:worker_threads';
import type { Script } from '../debugger/sources/script.js';
import type { RendezvousAddress } from '../../ipc/index.js';

/** Shared memory for lines of text, from the main thread to the worker; see console/noteRing.cts. */
export interface RecordRing {
  /** How many bytes were ever written, and taken, modulo 2^32. */
  readonly written: Int32Array;
  readonly taken: Int32Array;
  /** Nothing will be written before that time, in milliseconds of the process's monotonic clock, modulo 2^32. */
  readonly quietUntilMs: Int32Array;
  readonly bytes: Uint8Array;
}

/**
 * The global variable, there until the program starts, through which the worker gets hold of the values that the
 * program's console calls were given.
 */
export const KEPT_VALUES = 'debug-adapter-ipc kept values';

/** A one-way, one-time sign in shared memory: 0 until it is raised, 1 ever after. */
export type Flag = Int32Array;

/**
 * What the main thread, which hosts the program, and the worker, which talks to the adapter, share.
 * The main thread blocks on a sign, so each message is posted before its sign is raised.
 */
export interface ThreadLink {
  /** The launcher's own command line, without node and the script. */
  readonly argv: readonly string[];
  /** Where this is a child of a program that is debugged: it has no command line, and waits to be adopted. */
  readonly child?: ChildOrigin | undefined;
  /** Start order down to the main thread, {@link MainThreadNotice} up to the worker. */
  readonly port: MessagePort;
  /** The worker's modules are loaded and its own error handling is in place. */
  readonly alive: Flag;
  /** A {@link StartOrder} has been posted. */
  readonly ordered: Flag;
  /** The exit notice has been passed on to the adapter, or there is no adapter to pass it to. */
  readonly exitPassedOn: Flag;
  /** The debugger is detached, as the program's signal to itself asked for. */
  readonly detached: Flag;
  readonly scripts: ScriptFlags;
  /** What the program's console notes of its calls: the main thread writes, the worker reads. */
  readonly callRecords: RecordRing;
}

/**
 * Shared memory with two numbers: which scripts with source maps the main thread tells before they run (see
 * {@link SCRIPT_FLAGS}), and the number of the last one that the worker is through with.
 */
export type ScriptFlags = Int32Array;

/** Where the numbers of {@link ScriptFlags} stand. */
export const SCRIPT_FLAGS = { interest: 0, done: 1 } as const;

/** The values of the interest: nobody wants to know, those that are not in packages, all of them. */
export const SCRIPT_FILTERS = { none: 0, own: 1, all: 2 } as const;

/** Where the children of a program come to be debugged. */
export interface ChildRendezvous extends RendezvousAddress {
  /** How long a child waits there, in milliseconds. */
  readonly timeoutMs: number;
  /** The session of the program whose children they are. */
  readonly sessionId?: string | undefined;
}

/** A child's own side of that. */
export interface ChildOrigin {
  readonly desk: ChildRendezvous;
  /** The process that started it, or what started it. */
  readonly parentPid: number;
  /** What it runs: a file, or nothing where that is code. */
  readonly program?: string | undefined;
}

/** What the worker tells the main thread to do, once. */
export type StartOrder =
  | ({ readonly kind: 'program'; readonly program: string } & HowToStart)
  | ({ readonly kind: 'code'; readonly code: string } & HowToStart)
  /** For a child, which node itself is about to run. `isDebugged` false: the worker is through with it. */
  | { readonly kind: 'goOn'; readonly isDebugged: boolean; readonly desk?: ChildRendezvous | undefined }
  | { readonly kind: 'leave'; readonly exitCode: number };

interface HowToStart {
  readonly args: readonly string[];
  /** Have the program's console note its calls. */
  readonly describeOutput: boolean;
  /** Where its children come to be debugged; undefined: they are left alone. */
  readonly desk?: ChildRendezvous | undefined;
}

/**
 * What the main thread tells the worker: the program has ended, is about to send itself a signal that it
 * does not handle, or is about to run a script.
 */
export type MainThreadNotice =
  { readonly kind: 'exit'; readonly exitCode: number } | { readonly kind: 'selfKill' } | ScriptNotice;

/** A script with a source map is about to run: the main thread waits until the worker is through with it. */
export interface ScriptNotice {
  readonly kind: 'script';
  readonly script: Script;
  /** Counted from 1. */
  readonly number: number;
}

/** Raises a sign and wakes the main thread if it waits for it. */
export function setFlag(sign: Flag): void {
  Atomics.store(sign, 0, 1);
  Atomics.notify(sign, 0);
}

/**
 * Lets the main thread go on with a script: what was sent to V8 by then it takes before it runs the script's first
 * statement.
 */
export function releaseScript(signs: ScriptFlags, number: number): void {
  Atomics.store(signs, SCRIPT_FLAGS.done, number);
  Atomics.notify(signs, SCRIPT_FLAGS.done);
}

/** The worker's part in a child is over before it began: nothing holds the worker from here on. */
export function releaseMainThread({ port, ordered }: ThreadLink): void {
  const order: StartOrder = { kind: 'goOn', isDebugged: false };
  port.postMessage(order);
  setFlag(ordered);
  port.unref();
}
