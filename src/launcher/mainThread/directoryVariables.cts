/**
 * Variables by which the system's directories are found: the runtime directory, the temporary directory and the
 * home. The worker needs them for private files. It gets no others, because some change how node works.
 */
const DIRECTORY_VARIABLES: readonly string[] = [
  'XDG_RUNTIME_DIR',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LOCALAPPDATA',
  'USERPROFILE',
  'SystemRoot',
  'windir',
  'HOME',
];

/** Returns those of the variables that are set, with their current values. */
function directoryVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const found: NodeJS.ProcessEnv = {};
  for (const name of DIRECTORY_VARIABLES) {
    const value = env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

export = { directoryVariables };
