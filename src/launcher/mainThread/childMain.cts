/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Preloaded by the Node.js children of a debugged program. It removes itself from the environment. If a
 * debugger makes sense and can work, it then waits for one.
 *
 * It runs in any version of Node.js that the child uses. So this file uses nothing newer than Node 8, and
 * loads no other file before it has checked the version and the permission model, which could forbid that.
 */
import type WaitingProgram = require('./waitingProgram.cjs');
import type { ChildRendezvous } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** The oldest Node.js version that the launcher supports. */
const OLDEST_MAJOR = 20;
const OLDEST_MINOR = 19;
/** Options of runs that end before a program starts, that are interactive, or that have another debugger. */
const LEFT_ALONE =
  /^(?:-c|--check|-p|-pe|--print|-i|--interactive|--prof-process|--build-s.*|--inspect(?:-brk|-wait)?(?:=.*)?)$/;

const INVITATION_VARIABLE = 'DEBUG_ADAPTER_IPC_CHILD';
const MARKER_VARIABLE = 'DEBUG_ADAPTER_IPC_SESSION';

/** The JSON value of {@link INVITATION_VARIABLE}. */
interface Invitation {
  readonly desk: ChildRendezvous;
  readonly parentPid: number;
  /** The part of `NODE_OPTIONS` that loads this module. */
  readonly option: string;
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

/**
 * Removes this module and its name, so that the program finds neither. A test runner would also write the
 * name on command lines.
 */
function forgetThis(): void {
  forget(module);
  const option = process.execArgv.indexOf(`--require=${__filename}`);
  if (option >= 0) process.execArgv.splice(option, 1);
  // A new list, because node iterates over the existing one.
  const value = (internals._preload_modules || []).filter((file) => file !== __filename);
  Object.defineProperty(process, '_preload_modules', { value });
}

function forget(loaded: NodeJS.Module): void {
  if (require.cache[loaded.filename] !== loaded) return;
  delete require.cache[loaded.filename];
  loaded.children.forEach(forget);
}

/**
 * Reads and removes the invitation, so that the program finds the environment that it would have without a
 * debugger.
 */
function takeInvitation(env: NodeJS.ProcessEnv): Invitation | undefined {
  const text = env[INVITATION_VARIABLE];
  if (text === undefined) return undefined;
  delete env[INVITATION_VARIABLE];
  const invitation = JSON.parse(text) as Invitation;
  const options = env.NODE_OPTIONS;
  if (options === invitation.option) delete env.NODE_OPTIONS;
  else if (options !== undefined) env.NODE_OPTIONS = without(options, invitation.option);
  return invitation;
}

/**
 * Removes the option. It came first, with a blank behind it, but a shell in between may have added options on
 * either side.
 */
function without(options: string, option: string): string {
  const first = `${option} `;
  return options.indexOf(first) >= 0 ? options.replace(first, '') : options.replace(` ${option}`, '');
}

/** Reads and removes the name of the session, if an invitation makes this module run. */
function takeMarker(env: NodeJS.ProcessEnv): string | undefined {
  const marker = env[MARKER_VARIABLE];
  delete env[MARKER_VARIABLE];
  return marker;
}

const invitation = takeInvitation(process.env);
const marker = invitation && takeMarker(process.env);
// Under the permission model, a worker and sockets would need permissions that the program did not ask for.
const isDebuggable = isNewEnough() && isPlainNode() && internals.permission === undefined && isProgram();
if (invitation !== undefined && isDebuggable) {
  const { desk: rendezvous, parentPid } = invitation;
  (require('./waitingProgram.cjs') as typeof WaitingProgram).waitForDebugger(
    { rendezvous, parentPid },
    marker,
  );
}
forgetThis();
