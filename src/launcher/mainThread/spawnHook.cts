/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Makes the child processes of this program come to a rendezvous, however they are started and whatever
 * environment they get. It works below node's own functions, at the two bindings that start a process. So the
 * program's own environment, `child_process` and the stacks of its errors stay unchanged.
 */
import fs = require('node:fs');
import path = require('node:path');
import childEnvironment = require('./childEnvironment.cjs');
import warnings = require('./withoutWarnings.cjs');
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

const BOOTSTRAP_FILE = path.join(__dirname, './childMain.cjs');
/**
 * Index of the environment in the arguments of `Process.spawn`, from Node 24 on. Before, and in `spawnSync`,
 * the environment is in an object.
 */
const ENVIRONMENT_AT = 3;
const ARGUMENTS_AT = 1;
const PERMISSION_MODEL = /--(?:experimental-)?permission\b/;

/** Makes children that are started from now on come to the rendezvous, as long as it exists. */
function hookChildren(rendezvous: ChildRendezvous): void {
  const bootstrap = { file: BOOTSTRAP_FILE, invitation: { desk: rendezvous, parentPid: process.pid } };
  const addInvitation = (pairs: readonly string[]): readonly string[] =>
    existsSync(rendezvous.keyFile) ? childEnvironment.addBootstrap(pairs, bootstrap) : pairs;
  // Node warns about the use of bindings under `--pending-deprecation`.
  const binding = withoutWarnings(() => (process as unknown as { binding: Bindings }).binding);
  withoutWarnings(() => hook(binding('process_wrap').Process.prototype, addInvitation));
  withoutWarnings(() => hook(binding('spawn_sync'), addInvitation));
}

function hook(spawner: Spawner, addInvitation: (pairs: readonly string[]) => readonly string[]): void {
  const { spawn } = spawner;
  const hooked: Spawn = function (...args) {
    return spawn.apply(this, withInvitation(args, addInvitation));
  };
  Object.defineProperty(hooked, 'name', { value: 'spawn' });
  spawner.spawn = hooked;
}

/** Returns the arguments with the changed environment, or unchanged if their form is unknown. */
function withInvitation(
  args: unknown[],
  addInvitation: (pairs: readonly string[]) => readonly string[],
): unknown[] {
  const [options] = args;
  const listed = args[ENVIRONMENT_AT];
  if (isTexts(listed)) {
    if (isRestricted(args[ARGUMENTS_AT], listed)) return args;
    return args.map((arg) => (arg === listed ? addInvitation(listed) : arg));
  }
  if (typeof options !== 'object' || options === null) return args;
  const { args: words, envPairs } = options as { args?: unknown; envPairs?: unknown };
  if (!isTexts(envPairs) || isRestricted(words, envPairs)) return args;
  return [{ ...options, envPairs: addInvitation(envPairs) }];
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
