import type { Message } from '../../ipc/index.js';

/** The ways out for settings of js-debug that this debugger does not have. */
const WAYS_OUT: ReadonlyMap<string, string> = new Map([
  ['attachSimplePort', 'the program and its children are debugged without a port. Leave it out'],
  ['cascadeTerminateToConfigurations', 'only the extension for VS Code ends other sessions'],
  ['externalConsole', 'write "console": "externalTerminal"'],
  ['localRoot', 'a launch runs on this machine. It goes with "request": "attach"'],
  ['remoteRoot', 'a launch runs on this machine. It goes with "request": "attach"'],
  ['runtimeSourcemapPausePatterns', 'source maps are read before each script runs. Leave it out'],
  ['useWSL', 'start the editor in WSL'],
]);

/**
 * Names the settings of a launch that are known from js-debug and do nothing here, a line for each. Settings with their
 * defaults, which change nothing there either, are not named.
 */
export function unsupportedSettings(raw: Message): readonly string[] {
  return Object.entries(raw)
    .filter(([, value]) => value !== undefined && value !== null && value !== false && !isEmpty(value))
    .flatMap(([name]) => {
      const wayOut = WAYS_OUT.get(name);
      return wayOut === undefined ? [] : [`"${name}" is not supported: ${wayOut}.`];
    });
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
