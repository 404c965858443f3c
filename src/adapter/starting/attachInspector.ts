import { randomUUID } from 'node:crypto';
import { launcherFile } from '../../processes/launcherFile.js';
import { ownNode } from '../../processes/ownNode.js';
import { attachFailed, DapError } from '../dap/dapErrors.js';
import type { Debuggee } from '../debuggee/debuggee.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { InspectorHost } from '../process/inspectorHost.js';
import { openInspector } from '../process/nodeInspector.js';
import { spawnLauncher } from '../process/spawnedLauncher.js';
import { nativeProfile } from '../profiles/nativeProfile.js';
import { readInspectorArguments } from '../settings/inspectorArguments.js';
import type { InspectorArguments } from '../settings/inspectorArguments.js';
import { launchDebuggeeBy } from './launchDebuggee.js';
import { ChildSessions } from './childSessions.js';
import type { ProgramStart } from './programStart.js';
import { nameUnsupported } from './unsupportedSettings.js';

/** The text of a launch that failed, before the reason. */
const LAUNCH_FAILED = 'The launch failed: ';

/** Attaches to a program that runs already, by its inspector. A launcher of this adapter hosts the debugger. */
export const attachToInspector: ProgramStart = {
  endsProgram: false,
  check: readInspectorArguments,
  start: async (raw, services) => {
    const attach = await readInspectorArguments(raw);
    nameUnsupported(raw, 'attach', services);
    return attachInspector(attach, services);
  },
};

/**
 * Connects to the inspector. The program runs on if this fails, and when the client disconnects without asking for its
 * end.
 *
 * @throws DapError with the reason; by then nothing of the attempt is left
 */
async function attachInspector(attach: InspectorArguments, services: SessionServices): Promise<Debuggee> {
  const { target } = attach;
  const address = await addressOf(attach, services);
  const options = [
    `--inspector=${address}`,
    ...(target.kind === 'process' ? ['--inspector-pid', String(target.pid)] : []),
    ...(attach.stopOnEntry ? ['--stop-on-entry'] : []),
    ...['--connect-timeout-ms', String(Math.ceil(attach.timeoutMs)), '--session-id', randomUUID()],
  ];
  const settings = { cwd: attach.cwd, env: { NODE_OPTIONS: null, ...ownNode.env }, keepRunning: false };
  const children = await ChildSessions.open(attach.children, services);
  const plan = {
    settings: attach,
    startCommand: 'attach',
    profile: nativeProfile,
    children,
    roots: attach.roots,
  } as const;
  try {
    const debuggee = await launchDebuggeeBy(plan, services, async (listening, launcherEnv) => {
      const endpoint = [...listening.launcherArgs, ...(children?.launcherOptions ?? [])];
      const args = [launcherFile(), ...endpoint, ...options];
      const command = { command: ownNode.command, args };
      return new InspectorHost(await spawnLauncher(command, settings, { ...listening, env: launcherEnv }));
    });
    services.send('output', { category: 'console', output: notice(address) });
    return debuggee;
  } catch (error) {
    if (!(error instanceof DapError) || !error.message.startsWith(LAUNCH_FAILED)) throw error;
    throw attachFailed(error.message.slice(LAUNCH_FAILED.length), error);
  }
}

async function addressOf(
  { target, timeoutMs }: InspectorArguments,
  services: SessionServices,
): Promise<string> {
  return target.kind === 'address' ? target.address : openInspector(target.pid, timeoutMs, services.signal);
}

function notice(address: string): string {
  return `Attached by the inspector at ${address}, which every local process can use as long as it is open.\n`;
}
