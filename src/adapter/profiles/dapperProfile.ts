import { badLaunchArgument } from '../dap/dapErrors.js';
import type { LaunchArguments } from '../settings/launchArguments.js';
import type { LauncherProfile } from './launcherProfile.js';
import { dapperCapabilities } from './dapperCapabilities.js';
import { OPTIONAL_COMMANDS } from './dapperCommands.js';
import { DapperDialect } from './dapperDialect.js';

const ENDS_WITH_CONNECTION = 'A dapper launcher ends its program when the connection to it closes';

function settle(launch: LaunchArguments): LaunchArguments {
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

/** dapper's launcher, `python -m dapper.launcher`, as it is: docs/dapper.md says in what it differs. */
export const dapperProfile: LauncherProfile = {
  settle,
  ownOptions: () => [],
  createDialect: () => new DapperDialect(),
  requests: new Set(OPTIONAL_COMMANDS),
  capabilities: dapperCapabilities,
  // Its `disconnect` ends nothing, and its `terminate` ends the program without any of its own handlers.
  firstStep: 'SIGTERM',
  cannotAttach: 'a dapper launcher does not listen. Use "request": "launch".',
  cannotDetach: `${ENDS_WITH_CONNECTION}: it cannot be let run on. Disconnect and end it, or stay connected.`,
};
