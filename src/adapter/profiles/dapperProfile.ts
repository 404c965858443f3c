import { badLaunchArgument } from '../dap/dapErrors.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import type { LauncherProfile } from './launcherProfile.js';
import { dapperCapabilities } from './dapperCapabilities.js';
import { OPTIONAL_COMMANDS } from './dapperCommands.js';
import { DapperDialect } from './dapperDialect.js';

const ENDS_WITH_CONNECTION = 'A dapper launcher ends its program when the connection to it closes';

function completeLaunch(launch: LaunchArguments): LaunchArguments {
  const { ipc, keepRunning } = launch;
  if (ipc.auth === 'key') {
    throw badLaunchArgument(
      '"ipc.auth" is "key", and a dapper launcher cannot authenticate. Leave "ipc.auth" out.',
    );
  }
  if (ipc.transport?.toLowerCase() === 'fd') {
    throw badLaunchArgument(
      '"ipc.transport" is "fd", which a dapper launcher does not know. Use "unix", "tcp", "pipe" or "auto".',
    );
  }
  if (keepRunning) {
    throw badLaunchArgument(`"keepRunning" cannot be had. ${ENDS_WITH_CONNECTION}. Leave "keepRunning" out.`);
  }
  return { ...launch, ipc: { ...ipc, auth: 'off' } };
}

/** The profile of dapper's launcher, `python -m dapper.launcher`. docs/dapper.md lists how it differs. */
export const dapperProfile: LauncherProfile = {
  completeLaunch,
  extraOptions: () => [],
  createDialect: () => new DapperDialect(),
  requests: new Set(OPTIONAL_COMMANDS),
  capabilities: dapperCapabilities,
  // dapper's `disconnect` ends nothing, and its `terminate` ends the program without running the program's handlers.
  firstStep: 'SIGTERM',
  cannotAttach: 'a dapper launcher does not listen. Use "request": "launch".',
  cannotDetach: `${ENDS_WITH_CONNECTION}: it cannot be let run on. Disconnect and end it, or stay connected.`,
};
