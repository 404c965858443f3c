/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Makes the child processes of this program come to a rendezvous, and marks them as the session's, however
 * they are started and whatever environment they get. It works below node's own functions, at the two bindings that start a process. So the
 * program's own environment, `child_process` and the stacks of its errors stay unchanged.
 */
import fs = require('node:fs');
import childEnvironment = require('./childEnvironment.cjs');
import warnings = require('./nodeBindings/withoutWarnings.cjs');
import type { ChildRendezvous } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** Saved before the program can change the module. */
const { existsSync } = fs;
const { withoutWarnings } = warnings;

type Spawn = (this: unknown, ...args: unknown[]) => unknown;

/** An object whose `spawn` starts a process. */
interface Spawner {
  spawn: Spawn;
}

/** Functions of `process` that its type omits. */
type Bindings = (name: string) => Spawner & { readonly Process: { readonly prototype: Spawner } };

/** The launcher's one file, which holds this module. Children load it first. */
const BOOTSTRAP_FILE = __filename;
/**
 * Index of the environment in the arguments of `Process.spawn`, from Node 24 on. Before, and in `spawnSync`,
 * the environment is in an object.
 */
const ENVIRONMENT_AT = 3;
const ARGUMENTS_AT = 1;
const PERMISSION_MODEL = /--(?:experimental-)?permission\b/;

/**
 * Changes the environment of a child, which is `NAME=value` pairs.
 *
 * @param isRestricted true for a child under the permission model
 */
type Change = (pairs: readonly string[], isRestricted: boolean) => readonly string[];

/**
 * Changes the environment of children that are started from now on.
 *
 * @param rendezvous children come to it, as long as it exists. Undefined: they are not debugged
 * @param marker names the session, so that the adapter finds its processes. Undefined: they are not marked
 */
function hookChildren(rendezvous: ChildRendezvous | undefined, marker: string | undefined): void {
  if (rendezvous === undefined && marker === undefined) return;
  const invite: Change = (pairs, isRestricted) => {
    if (isRestricted || rendezvous === undefined || !existsSync(rendezvous.keyFile)) return pairs;
    const invitation = { desk: rendezvous, parentPid: process.pid, marker };
    return childEnvironment.addBootstrap(pairs, { file: BOOTSTRAP_FILE, invitation });
  };
  const change: Change = (pairs, isRestricted) =>
    childEnvironment.addMarker(invite(pairs, isRestricted), marker);
  // Node warns about the use of bindings under `--pending-deprecation`.
  const binding = withoutWarnings(() => (process as unknown as { binding: Bindings }).binding);
  withoutWarnings(() => hook(binding('process_wrap').Process.prototype, change));
  withoutWarnings(() => hook(binding('spawn_sync'), change));
}

function hook(spawner: Spawner, change: Change): void {
  const { spawn } = spawner;
  const hooked: Spawn = function (...args) {
    return spawn.apply(this, withEnvironment(args, change));
  };
  Object.defineProperty(hooked, 'name', { value: 'spawn' });
  spawner.spawn = hooked;
}

/** Returns the arguments with the changed environment, or unchanged if their form is unknown. */
function withEnvironment(args: unknown[], change: Change): unknown[] {
  const [options] = args;
  const listed = args[ENVIRONMENT_AT];
  if (isTexts(listed)) {
    const changed = change(listed, isRestricted(args[ARGUMENTS_AT], listed));
    return args.map((arg) => (arg === listed ? changed : arg));
  }
  if (typeof options !== 'object' || options === null) return args;
  const { args: words, envPairs } = options as { args?: unknown; envPairs?: unknown };
  if (!isTexts(envPairs)) return args;
  return [{ ...options, envPairs: change(envPairs, isRestricted(words, envPairs)) }];
}

/**
 * True under the permission model: node may not even be allowed to read the preloaded module, and would then
 * not start.
 */
function isRestricted(words: unknown, pairs: readonly string[]): boolean {
  const options = pairs.filter((pair) => pair.startsWith('NODE_OPTIONS='));
  return [...(isTexts(words) ? words : []), ...options].some((text) => PERMISSION_MODEL.test(text));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export = { hookChildren };
