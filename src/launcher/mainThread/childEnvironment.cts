/**
 * How a child process learns that it is to be debugged: by its environment, before its program runs. What is
 * written here, childMain.cts takes away again.
 */

/** Where it is to come. */
const INVITATION_VARIABLE = 'DEBUG_ADAPTER_IPC_CHILD';
const OPTIONS_VARIABLE = 'NODE_OPTIONS';

interface Bootstrap {
  /** The module that a child loads first. */
  readonly file: string;
  /** What that is told. It is told `option` too, which is how it is loaded. */
  readonly invitation: object;
}

/** First of all options, so that the program's own preloaded modules find nothing of it. */
function requireOption(file: string): string {
  const isPlain = !/[ "]/.test(file);
  return `--require ${isPlain ? file : `"${file.replace(/["\\]/g, '\\$&')}"`}`;
}

function isOptionsPair(pair: string): boolean {
  const name = pair.slice(0, OPTIONS_VARIABLE.length + 1);
  return (process.platform === 'win32' ? name.toUpperCase() : name) === `${OPTIONS_VARIABLE}=`;
}

/** The variables of a child, as `NAME=value`, with what makes it come. The list that is given stays as it is. */
function addBootstrap(pairs: readonly string[], bootstrap: Bootstrap): string[] {
  const option = requireOption(bootstrap.file);
  const others = pairs.filter((pair) => !isOptionsPair(pair));
  const [given] = pairs.filter(isOptionsPair);
  const value = given === undefined ? undefined : given.slice(OPTIONS_VARIABLE.length + 1);
  // A program may hand on an environment that it was never meant to see: that of a process, from the system.
  if (value !== undefined && value.indexOf(option) >= 0) return pairs.slice();
  return others.concat(
    `${OPTIONS_VARIABLE}=${value === undefined ? option : `${option} ${value}`}`,
    `${INVITATION_VARIABLE}=${JSON.stringify({ ...bootstrap.invitation, option })}`,
  );
}

export = { addBootstrap };
