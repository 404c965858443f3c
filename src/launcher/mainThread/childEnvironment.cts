/**
 * Adds to a child process's environment the variables that make the child wait for a debugger before its
 * program runs, and the one that marks it as the session's. childMain.cts removes them again.
 */

/** Holds the rendezvous address, as JSON. */
const INVITATION_VARIABLE = 'DEBUG_ADAPTER_IPC_CHILD';
/** Holds the names of the sessions that the process belongs to, with blanks in between. */
const MARKER_VARIABLE = 'DEBUG_ADAPTER_IPC_SESSION';
const OPTIONS_VARIABLE = 'NODE_OPTIONS';

interface Bootstrap {
  /** The module that a child loads first. */
  readonly file: string;
  /**
   * The value of {@link INVITATION_VARIABLE}. The field `option`, by which the module is loaded, is added to
   * it.
   */
  readonly invitation: object;
}

/** Placed before all other options, so that the program's own preloaded modules do not see it. */
function requireOption(file: string): string {
  const isPlain = !/[ "]/.test(file);
  return `--require ${isPlain ? file : `"${file.replace(/["\\]/g, '\\$&')}"`}`;
}

function isOptionsPair(pair: string): boolean {
  const name = pair.slice(0, OPTIONS_VARIABLE.length + 1);
  return (process.platform === 'win32' ? name.toUpperCase() : name) === `${OPTIONS_VARIABLE}=`;
}

/**
 * Returns the variables of a child, as `NAME=value`, with those that make the child come to the rendezvous.
 * Does not change the list that is passed.
 */
function addBootstrap(pairs: readonly string[], bootstrap: Bootstrap): string[] {
  const option = requireOption(bootstrap.file);
  const others = pairs.filter((pair) => !isOptionsPair(pair));
  const [given] = pairs.filter(isOptionsPair);
  const value = given === undefined ? undefined : given.slice(OPTIONS_VARIABLE.length + 1);
  // A program may pass on an environment that it was not meant to see, such as one of a process that the
  // system reports.
  if (value !== undefined && value.indexOf(option) >= 0) return pairs.slice();
  return others.concat(
    `${OPTIONS_VARIABLE}=${value === undefined ? option : `${option} ${value}`}`,
    `${INVITATION_VARIABLE}=${JSON.stringify({ ...bootstrap.invitation, option })}`,
  );
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

export = { addBootstrap, addMarker };
