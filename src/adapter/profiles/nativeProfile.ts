import { readLauncherMessage } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { lackingCapabilities } from '../dap/capabilities.js';
import type { LauncherDialect, LauncherProfile } from './launcherProfile.js';

const nativeDialect: LauncherDialect = {
  supportsCancel: true,
  timeoutMs: () => undefined,
  write: ({ command, args, id }) => ({ command, arguments: args, id }),
  read: readLauncherMessage,
  forget: () => [],
};

/** The requests that this package's launcher supports and other launchers may not. Another launcher may refuse them. */
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
  'startProfile',
  'stopProfile',
  'toggleSkipFileStatus',
]);

/** Gives the announced capabilities that the launcher lacks, withdrawn. Undefined if it lacks nothing. */
function lackingIn(announced: Message): object | undefined {
  const lacking = lackingCapabilities(announced);
  return Object.keys(lacking).length > 0 ? lacking : undefined;
}

/** The profile of launchers that follow docs/protocol.md: this package's launcher and others. */
export const nativeProfile: LauncherProfile = {
  completeLaunch: (launch) => launch,
  extraOptions: ({ keepRunning, reattachTimeoutMs, noDebug }) => [
    ...(keepRunning ? ['--keep-running'] : []),
    ...(reattachTimeoutMs === undefined || noDebug
      ? []
      : [`--reattach-timeout-ms=${Math.ceil(reattachTimeoutMs)}`]),
  ],
  createDialect: () => nativeDialect,
  requests: REQUESTS,
  capabilities: lackingIn,
  firstStep: 'asked',
  cannotAttach: undefined,
  cannotDetach: undefined,
};
