/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Has the children of this program come to a desk, however they are started, and whatever environment they are
 * given. Below node's own functions, at the two bindings that start a process: the program's own environment,
 * `child_process` and the stacks of its errors stay as they are.
 */
import fs = require('node:fs');
import path = require('node:path');
import childEnvironment = require('./childEnvironment.cjs');
import warnings = require('./withoutWarnings.cjs');
import type { ChildRendezvous } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** At hand whatever the program does to the module. */
const { existsSync } = fs;
const { withoutWarnings } = warnings;

type Spawn = (this: unknown, ...args: unknown[]) => unknown;

/** An object whose `spawn` starts a process. */
interface Spawner {
  spawn: Spawn;
}

/** The parts of `process` that its type leaves out. */
type Bindings = (name: string) => Spawner & { readonly Process: { readonly prototype: Spawner } };

const BOOTSTRAP_FILE = path.join(__dirname, './childMain.cjs');
/** Where `Process.spawn` takes the environment, from Node 24 on; before that, as `spawnSync`, in an object. */
const ENVIRONMENT_AT = 3;
const ARGUMENTS_AT = 1;
const PERMISSION_MODEL = /--(?:experimental-)?permission\b/;

/** Children that are started from now on come to the desk, as long as there is one. */
function hookChildren(desk: ChildRendezvous): void {
  const bootstrap = { file: BOOTSTRAP_FILE, invitation: { desk, parentPid: process.pid } };
  const invite = (pairs: readonly string[]): readonly string[] =>
    existsSync(desk.keyFile) ? childEnvironment.addBootstrap(pairs, bootstrap) : pairs;
  // Under `--pending-deprecation`, node warns of whoever asks for bindings.
  const binding = withoutWarnings(() => (process as unknown as { binding: Bindings }).binding);
  withoutWarnings(() => hook(binding('process_wrap').Process.prototype, invite));
  withoutWarnings(() => hook(binding('spawn_sync'), invite));
}

function hook(spawner: Spawner, invite: (pairs: readonly string[]) => readonly string[]): void {
  const { spawn } = spawner;
  const hooked: Spawn = function (...args) {
    return spawn.apply(this, invited(args, invite));
  };
  Object.defineProperty(hooked, 'name', { value: 'spawn' });
  spawner.spawn = hooked;
}

/** The arguments with another environment; as they are, where they are none that is known. */
function invited(args: unknown[], invite: (pairs: readonly string[]) => readonly string[]): unknown[] {
  const [options] = args;
  const listed = args[ENVIRONMENT_AT];
  if (isTexts(listed)) {
    if (isRestricted(args[ARGUMENTS_AT], listed)) return args;
    return args.map((arg) => (arg === listed ? invite(listed) : arg));
  }
  if (typeof options !== 'object' || options === null) return args;
  const { args: words, envPairs } = options as { args?: unknown; envPairs?: unknown };
  if (!isTexts(envPairs) || isRestricted(words, envPairs)) return args;
  return [{ ...options, envPairs: invite(envPairs) }];
}

/** Under the permission model node may not even read what it is to load first, and would not start. */
function isRestricted(words: unknown, pairs: readonly string[]): boolean {
  const options = pairs.filter((pair) => pair.startsWith('NODE_OPTIONS='));
  return [...(isTexts(words) ? words : []), ...options].some((text) => PERMISSION_MODEL.test(text));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export = { hookChildren };
