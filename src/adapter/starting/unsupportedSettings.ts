import type { Message } from '../../ipc/index.js';
import type { SessionServices } from '../debuggee/sessionServices.js';

/** The ways out for settings of js-debug that neither a launch nor an attach has here. */
const WAYS_OUT = {
  cascadeTerminateToConfigurations: 'only the extension for VS Code ends other sessions',
  runtimeSourcemapPausePatterns: 'source maps are read before each script runs. Leave it out',
};

const OF_LAUNCH: ReadonlyMap<string, string> = new Map([
  ...Object.entries(WAYS_OUT),
  ['attachSimplePort', 'the program and its children are debugged without a port. Leave it out'],
  ['externalConsole', 'write "console": "externalTerminal"'],
  ['localRoot', 'a launch runs on this machine. It goes with "request": "attach"'],
  ['remoteRoot', 'a launch runs on this machine. It goes with "request": "attach"'],
  ['useWSL', 'start the editor in WSL'],
]);

const OF_ATTACH: ReadonlyMap<string, string> = new Map([
  ...Object.entries(WAYS_OUT),
  [
    'attachExistingChildren',
    'children are debugged that start later. Attach to each of the others by its "processId"',
  ],
  ['env', 'the program runs already. Set its environment where it is started'],
  ['envFile', 'the program runs already. Set its environment where it is started'],
  ['remoteHostHeader', 'the inspector is reached at an address of this machine. Forward its port here'],
]);

/**
 * Names the settings of a launch, or of an attach to an inspector, that are known from js-debug and do nothing here, a line
 * for each. Settings with their defaults, which change nothing there either, are not named.
 */
export function unsupportedSettings(raw: Message, request: 'launch' | 'attach'): readonly string[] {
  const waysOut = request === 'launch' ? OF_LAUNCH : OF_ATTACH;
  return Object.entries(raw)
    .filter(([, value]) => value !== undefined && value !== null && value !== false && !isEmpty(value))
    .flatMap(([name]) => {
      const wayOut = waysOut.get(name);
      return wayOut === undefined ? [] : [`"${name}" is not supported: ${wayOut}.`];
    });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Names such settings in the debug console. */
export function nameUnsupported(
  raw: Message,
  request: 'launch' | 'attach',
  services: Pick<SessionServices, 'send'>,
): void {
  for (const text of unsupportedSettings(raw, request)) {
    services.send('output', { category: 'console', output: `${text}\n` });
  }
}
