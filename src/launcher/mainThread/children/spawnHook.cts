/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Makes the child processes of this program come to a rendezvous, and marks them as the session's, however
 * they are started and whatever environment they get. It works below node's own functions, at the two bindings that start a process. So the
 * program's own environment, `child_process` and the stacks of its errors stay unchanged.
 */
import fs = require('node:fs');
import childEnvironment = require('./childEnvironment.cjs');
import shellCommand = require('./shellCommand.cjs');
import warnings = require('../nodeBindings/withoutWarnings.cjs');
import type { ChildRendezvous } from '../../link/threadLink.js' with { 'resolution-mode': 'import' };

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

/** The command line of a child, and its environment, which is `NAME=value` pairs. */
interface Start {
  readonly words: readonly string[];
  readonly pairs: readonly string[];
}

type Change = (start: Start) => Start;

/**
 * Changes the environment of children that are started from now on.
 *
 * @param rendezvous children come to it, as long as it exists. Undefined: they are not debugged
 * @param marker names the session, so that the adapter finds its processes. Undefined: they are not marked
 */
function hookChildren(rendezvous: ChildRendezvous | undefined, marker: string | undefined): void {
  if (rendezvous === undefined && marker === undefined) return;
  const invite: Change = (start) => {
    if (rendezvous === undefined || isRestricted(start) || !existsSync(rendezvous.keyFile)) return start;
    const invitation = { desk: rendezvous, parentPid: process.pid, marker };
    const bootstrap = { file: BOOTSTRAP_FILE, invitation };
    return {
      words: shellCommand.addToText(start.words, childEnvironment.requireOption(bootstrap)),
      pairs: childEnvironment.addBootstrap(start.pairs, bootstrap),
    };
  };
  const change: Change = (start) => {
    const { words, pairs } = invite(start);
    return { words, pairs: childEnvironment.addMarker(pairs, marker) };
  };
  // Node warns about the use of bindings under `--pending-deprecation`.
  const binding = withoutWarnings(() => (process as unknown as { binding: Bindings }).binding);
  withoutWarnings(() => hook(binding('process_wrap').Process.prototype, change));
  withoutWarnings(() => hook(binding('spawn_sync'), change));
}

function hook(spawner: Spawner, change: Change): void {
  const { spawn } = spawner;
  const hooked: Spawn = function (...args) {
    return spawn.apply(this, withChanges(args, change));
  };
  Object.defineProperty(hooked, 'name', { value: 'spawn' });
  spawner.spawn = hooked;
}

/** Returns the arguments with the changes, or unchanged if their form is unknown. */
function withChanges(args: unknown[], change: Change): unknown[] {
  const [options] = args;
  const listed = args[ENVIRONMENT_AT];
  if (isTexts(listed)) {
    const given = args[ARGUMENTS_AT];
    const { words, pairs } = change({ words: isTexts(given) ? given : [], pairs: listed });
    return args.map((arg) => (arg === listed ? pairs : isTexts(given) && arg === given ? words : arg));
  }
  if (typeof options !== 'object' || options === null) return args;
  const { args: given, envPairs } = options as { args?: unknown; envPairs?: unknown };
  if (!isTexts(envPairs)) return args;
  const { words, pairs } = change({ words: isTexts(given) ? given : [], pairs: envPairs });
  return [{ ...options, envPairs: pairs, ...(isTexts(given) && { args: words }) }];
}

/**
 * True under the permission model: node may not even be allowed to read the preloaded module, and would then
 * not start.
 */
function isRestricted({ words, pairs }: Start): boolean {
  const options = pairs.filter((pair) => pair.startsWith('NODE_OPTIONS='));
  return words.concat(options).some((text) => PERMISSION_MODEL.test(text));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export = { hookChildren };
