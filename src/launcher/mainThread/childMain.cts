/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * What the launcher does in the Node.js children of a debugged program, which preload it. It removes itself from
 * the environment. If a debugger makes sense and can work, it then waits for one. A package manager is not
 * debugged, but what it starts is.
 *
 * It runs in any version of Node.js that the child uses. So this module uses nothing newer than Node 8, and
 * loads no other module before it has checked the version.
 */
import path = require('node:path');
import type SpawnHook = require('./children/spawnHook.cjs');
import type WaitingProgram = require('./waitingProgram.cjs');
import type { ChildRendezvous } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** The oldest Node.js version that the launcher supports. */
const OLDEST_MAJOR = 20;
const OLDEST_MINOR = 19;
/** Options of runs that end before a program starts, that are interactive, or that have another debugger. */
const LEFT_ALONE =
  /^(?:-c|--check|-p|-pe|--print|-i|--interactive|--prof-process|--build-s.*|--inspect(?:-brk|-wait)?(?:=.*)?)$/;

/** The names of the package managers' own programs, with and without an extension. */
const PACKAGE_MANAGER = /^(?:npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)(?:-cli|-\d[\d.]*)?(\.[cm]?js)?$/;
/** The folders that those with an extension are in. */
const PROGRAM_FOLDER = /^(?:bin|dist|releases)$/;

/** The beginning of the folder's name that carries the invitation. childEnvironment.cts has the same. */
const INVITATION_PREFIX = 'debug-adapter-ipc-child.';
/** The invitation behind that: the key file's name, the marker and JSON, in base64url but for the marker. */
const CARRIED = /^[\w-]*\.[\w-]*\.([\w-]*)/;
const OPTION_START = '--require ';
const MARKER_VARIABLE = 'DEBUG_ADAPTER_IPC_SESSION';

/** The invitation in `NODE_OPTIONS`, as childEnvironment.cts writes it. */
interface Invitation {
  readonly desk: ChildRendezvous;
  readonly parentPid: number;
  readonly marker?: string;
}

/** Properties of `process` that its type omits. */
interface ProcessInternals {
  readonly _eval?: string;
  readonly _preload_modules?: string[];
  readonly permission?: object;
}

const internals = process as unknown as ProcessInternals;

function isNewEnough(): boolean {
  const parts = process.versions.node.split('.').map(Number);
  const [major = 0, minor = 0] = parts;
  return major > OLDEST_MAJOR || (major === OLDEST_MAJOR && minor >= OLDEST_MINOR);
}

/** Excludes other programs that contain Node.js: they have other ways to be debugged. */
function isPlainNode(): boolean {
  const { electron, bun, deno } = process.versions;
  return electron === undefined && bun === undefined && deno === undefined && process.features.inspector;
}

/** True if this process runs a program that can be debugged, and has no other debugger. */
function isProgram(): boolean {
  const options = process.execArgv.concat((process.env.NODE_OPTIONS || '').split(' '));
  if (options.some((option) => LEFT_ALONE.test(option))) return false;
  return process.argv.length > 1 || internals._eval !== undefined;
}

/** True if this process runs a package manager. */
function isPackageManager(): boolean {
  const file = process.argv[1] || '';
  const name = PACKAGE_MANAGER.exec(path.basename(file));
  if (name === null) return false;
  return name[1] === undefined || PROGRAM_FOLDER.test(path.basename(path.dirname(file)));
}

/**
 * Removes the launcher and its name, so that the program finds neither. A test runner would also write the
 * name on command lines.
 */
function forgetThis(): void {
  delete require.cache[__filename];
  const option = process.execArgv.findIndex((given) => given.indexOf(INVITATION_PREFIX) >= 0);
  if (option >= 0) process.execArgv.splice(option, 1);
  // A new list, because node iterates over the existing one.
  const value = (internals._preload_modules || []).filter((name) => name.indexOf(INVITATION_PREFIX) < 0);
  Object.defineProperty(process, '_preload_modules', { value });
}

/**
 * Reads and removes the invitations, so that the program finds the environment that it would have without a
 * debugger. A terminal of an editor may have one for all its terminals and, behind it, one of its own, which counts.
 */
function takeInvitation(env: NodeJS.ProcessEnv): Invitation | undefined {
  let text: string | undefined;
  for (;;) {
    const options = env.NODE_OPTIONS || '';
    const at = options.indexOf(INVITATION_PREFIX);
    if (at < 0) break;
    const option = optionAround(options, at);
    const rest = options === option ? undefined : without(options, option);
    // A program in between has changed the option.
    if (rest === options) break;
    if (rest === undefined) delete env.NODE_OPTIONS;
    else env.NODE_OPTIONS = rest;
    const [, carried = ''] = CARRIED.exec(options.slice(at + INVITATION_PREFIX.length)) || [];
    text = Buffer.from(carried, 'base64').toString();
  }
  return text === undefined ? undefined : (JSON.parse(text) as Invitation);
}

/** Returns the option that loads this module. `at`: the place of {@link INVITATION_PREFIX} in it. */
function optionAround(options: string, at: number): string {
  // The end of the launcher's name, which may be that of another copy.
  const extension = path.extname(__filename);
  const end = options.indexOf(extension, at) + extension.length;
  return options.slice(options.lastIndexOf(OPTION_START, at), options[end] === '"' ? end + 1 : end);
}

/**
 * Removes the option. It came first, with a blank behind it, but a shell in between may have added options on
 * either side.
 */
function without(options: string, option: string): string {
  const first = `${option} `;
  return options.indexOf(first) >= 0 ? options.replace(first, '') : options.replace(` ${option}`, '');
}

/** Removes the name of the session, and returns it. Another process may have dropped the variable. */
function takeMarker(env: NodeJS.ProcessEnv, invitation: Invitation): string | undefined {
  const marker = env[MARKER_VARIABLE] || invitation.marker;
  delete env[MARKER_VARIABLE];
  return marker;
}

function handleInvitation(invitation: Invitation): void {
  const marker = takeMarker(process.env, invitation);
  const { desk: rendezvous, parentPid } = invitation;
  // Under the permission model, a worker and sockets would need permissions that the program did not ask for.
  if (!isNewEnough() || !isPlainNode() || internals.permission !== undefined || !isProgram()) return;
  if (isPackageManager()) {
    (require('./children/spawnHook.cjs') as typeof SpawnHook).hookChildren(rendezvous, marker);
    return;
  }
  (require('./waitingProgram.cjs') as typeof WaitingProgram).waitForDebugger(
    { rendezvous, parentPid },
    marker,
  );
}

function joinAsChild(): void {
  const invitation = takeInvitation(process.env);
  if (invitation !== undefined) handleInvitation(invitation);
  forgetThis();
}

export = { joinAsChild };
