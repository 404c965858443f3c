/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * What the Node.js children of a program that is debugged load first. It takes itself out of the environment,
 * and, where a debugger makes sense and can work, waits for one.
 *
 * It runs in whatever Node.js the child is: nothing here may be newer than Node 8, and no other file is loaded
 * before that is known. Under the permission model, no other could be.
 */
import type ParkedProgram = require('./waitingProgram.cjs');

/** The oldest Node.js that the launcher runs on. */
const OLDEST_MAJOR = 20;
const OLDEST_MINOR = 19;
/** Runs that end before a program begins, or that are for a person at the keyboard, or for another debugger. */
const LEFT_ALONE =
  /^(?:-c|--check|-p|-pe|--print|-i|--interactive|--prof-process|--build-s.*|--inspect(?:-brk|-wait)?(?:=.*)?)$/;

const INVITATION_VARIABLE = 'DEBUG_ADAPTER_IPC_CHILD';

/** What a child is told, beside what is for `park`. */
type Invitation = Parameters<typeof ParkedProgram.park>[0] & {
  /** How `NODE_OPTIONS` makes it load this module. */
  readonly option: string;
};

/** The parts of `process` that its type leaves out. */
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

/** Other programs with a Node.js in them have other ways to be debugged. */
function isPlainNode(): boolean {
  const { electron, bun, deno } = process.versions;
  return electron === undefined && bun === undefined && deno === undefined && process.features.inspector;
}

/** Whether there is a program that somebody would debug, and who else does. */
function isProgram(): boolean {
  const options = process.execArgv.concat((process.env.NODE_OPTIONS || '').split(' '));
  if (options.some((option) => LEFT_ALONE.test(option))) return false;
  return process.argv.length > 1 || internals._eval !== undefined;
}

/** The program finds neither this module nor its name, which a runner of tests writes on command lines, too. */
function forgetThis(): void {
  forget(module);
  const option = process.execArgv.indexOf(`--require=${__filename}`);
  if (option >= 0) process.execArgv.splice(option, 1);
  // Another list, not the same one shortened: node is going through that.
  const value = (internals._preload_modules || []).filter((file) => file !== __filename);
  Object.defineProperty(process, '_preload_modules', { value });
}

function forget(own: NodeJS.Module): void {
  if (require.cache[own.filename] !== own) return;
  delete require.cache[own.filename];
  own.children.forEach(forget);
}

/** The program finds the environment that it would have had. */
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

/** It came first, with a blank behind it; a shell on the way may have put options of its own around that. */
function without(options: string, option: string): string {
  const first = `${option} `;
  return options.indexOf(first) >= 0 ? options.replace(first, '') : options.replace(` ${option}`, '');
}

const invitation = takeInvitation(process.env);
// With the permission model, a worker and sockets would have to be allowed, which is not ours to ask for.
const isDebuggable = isNewEnough() && isPlainNode() && internals.permission === undefined && isProgram();
if (invitation !== undefined && isDebuggable) {
  (require('./waitingProgram.cjs') as typeof ParkedProgram).park(invitation);
}
forgetThis();
