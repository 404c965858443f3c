import { readLauncherMessage } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { lackingCapabilities } from '../dap/capabilities.js';
import type { LauncherDialect, LauncherProfile } from './launcherProfile.js';

const nativeDialect: LauncherDialect = {
  knowsCancel: true,
  timeoutMs: () => undefined,
  write: ({ command, args, id }) => ({ command, arguments: args, id }),
  read: (message) => [readLauncherMessage(message)],
  forget: () => [],
};

/** What this package's launcher does beyond what every launcher does; another one refuses what it does not know. */
const REQUESTS: ReadonlySet<string> = new Set([
  'source',
  'loadedSources',
  'setVariable',
  'setExpression',
  'completions',
  'readMemory',
  'writeMemory',
  'locations',
  'restartFrame',
  'stepInTargets',
  'setFunctionBreakpoints',
  'setExceptionBreakpoints',
  'breakpointLocations',
  'exceptionInfo',
]);

/** What `initialize` has announced and the launcher does not claim; undefined: nothing. */
function lackingIn(told: Message): object | undefined {
  const lacking = lackingCapabilities(told);
  return Object.keys(lacking).length > 0 ? lacking : undefined;
}

/** Launchers that keep to docs/protocol.md: this package's own, and others written after it. */
export const nativeProfile: LauncherProfile = {
  settle: (launch) => launch,
  ownOptions: ({ keepRunning }) => (keepRunning ? ['--keep-running'] : []),
  createDialect: () => nativeDialect,
  requests: REQUESTS,
  capabilities: lackingIn,
  firstStep: 'asked',
  cannotAttach: undefined,
  cannotDetach: undefined,
};
