import { readLauncherMessage } from '../../ipc/index.js';
import type { LauncherDialect, LauncherProfile } from './launcherProfile.js';

const nativeDialect: LauncherDialect = {
  knowsCancel: true,
  timeoutMs: () => undefined,
  write: ({ command, args, id }) => ({ command, arguments: args, id }),
  read: (message) => [readLauncherMessage(message)],
  forget: () => [],
};

/** Launchers that keep to docs/protocol.md: this package's own, and others written after it. */
const nativeProfile: LauncherProfile = {
  settle: (launch) => launch,
  ownOptions: ({ keepRunning }) => (keepRunning ? ['--keep-running'] : []),
  createDialect: () => nativeDialect,
  requests: new Set(),
  capabilities: () => undefined,
  firstRung: 'asked',
  cannotDetach: undefined,
};

export { nativeProfile };
