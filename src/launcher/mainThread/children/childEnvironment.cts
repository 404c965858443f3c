/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Adds to a child process's environment what makes the child wait for a debugger before its program runs, and
 * the variable that marks it as the session's. childMain.cts removes both again.
 *
 * Everything that the child needs to know is in `NODE_OPTIONS`, because runners with a strict environment pass
 * on that variable and drop unknown ones. It is a part of the path of the module to load: Node.js resolves a
 * path with `..` as text, so a folder that is left again need not exist.
 */
import path = require('node:path');

/** Holds the names of the sessions that the process belongs to, with blanks in between. */
const MARKER_VARIABLE = 'DEBUG_ADAPTER_IPC_SESSION';
const OPTIONS_VARIABLE = 'NODE_OPTIONS';
/** The beginning of the folder's name that carries the invitation. childMain.cts has the same. */
const INVITATION_PREFIX = 'debug-adapter-ipc-child.';

/** The address to which a child comes, and the process that started it. */
interface Invitation {
  readonly desk: { readonly keyFile: string };
  readonly parentPid: number;
  /** The names of the sessions, as in {@link MARKER_VARIABLE}. */
  readonly marker?: string | undefined;
}

interface Bootstrap {
  /** The module that a child loads first. */
  readonly file: string;
  readonly invitation: Invitation;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/**
 * Returns the option that loads the module. It is placed before all other options, so that the program's own
 * preloaded modules do not see it. The file's name and the marker are in it for the adapter, which recognizes
 * processes by them.
 */
function requireOption({ file, invitation }: Bootstrap): string {
  const { desk, marker = '' } = invitation;
  const carried = [base64(desk.keyFile), marker.split(' ').join('_'), base64(JSON.stringify(invitation))];
  const folder = path.join(path.dirname(file), INVITATION_PREFIX + carried.join('.'));
  const request = [folder, '..', path.basename(file)].join(path.sep);
  return `--require ${/[ "]/.test(request) ? `"${request.replace(/["\\]/g, '\\$&')}"` : request}`;
}

function isOptionsPair(pair: string): boolean {
  const name = pair.slice(0, OPTIONS_VARIABLE.length + 1);
  return (process.platform === 'win32' ? name.toUpperCase() : name) === `${OPTIONS_VARIABLE}=`;
}

/**
 * Returns the variables of a child, as `NAME=value`, with the option that makes the child come to the
 * rendezvous. Does not change the list that is passed.
 */
function addBootstrap(pairs: readonly string[], bootstrap: Bootstrap): string[] {
  const others = pairs.filter((pair) => !isOptionsPair(pair));
  const [given] = pairs.filter(isOptionsPair);
  const value = given === undefined ? undefined : given.slice(OPTIONS_VARIABLE.length + 1);
  // A program may pass on an environment that it was not meant to see, such as one of a process that the
  // system reports.
  if (value !== undefined && value.indexOf(INVITATION_PREFIX) >= 0) return pairs.slice();
  const option = requireOption(bootstrap);
  return others.concat(`${OPTIONS_VARIABLE}=${value === undefined ? option : `${option} ${value}`}`);
}

/**
 * Returns the variables of a child with the session's name. A program that is an adapter itself has given the
 * child the name of its own session, which stays.
 */
function addMarker(pairs: readonly string[], marker: string | undefined): readonly string[] {
  if (marker === undefined) return pairs;
  const start = `${MARKER_VARIABLE}=`;
  const given = pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length));
  if (given.some((names) => names.split(' ').includes(marker))) return pairs;
  return pairs.filter((pair) => !pair.startsWith(start)).concat(start + given.concat(marker).join(' '));
}

export = { addBootstrap, addMarker, requireOption };
