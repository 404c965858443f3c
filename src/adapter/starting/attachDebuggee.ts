import { IpcError, IPCManager, toError } from '../../ipc/index.js';
import type { IpcErrorCode } from '../../ipc/index.js';
import type { AttachArguments } from '../settings/attachArguments.js';
import { attendLauncher } from '../debuggee/launcherEvents.js';
import { attachFailed, launchCancelled } from '../dap/dapErrors.js';
import { Debuggee } from '../debuggee/debuggee.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import { ExternalLauncher } from '../process/externalLauncher.js';
import { pathMapping } from '../translation/pathMapping.js';
import { profileOf } from '../profiles/profiles.js';
import { relayOutput } from '../output/programOutput.js';

type Meaning = (address: string, said: string) => string;

const NOBODY: Meaning = (address, said) =>
  `nothing listens at ${address}: ${said}. Start the program with "debug-adapter-ipc launch --listen ...", and ` +
  'attach with what it prints.';

/** What a failed attempt to connect means to the user, where there is more to say than the error does. */
const MEANINGS: Partial<Record<IpcErrorCode, Meaning>> = {
  ERR_IPC_CONNECT: NOBODY,
  ERR_IPC_CONNECT_TIMEOUT: NOBODY,
  ERR_IPC_AUTHENTICATION: (address) =>
    `what listens at ${address} does not have this key, or calls its address another. Use the key file that the ` +
    'program named when it was started last; behind a tunnel, give "remoteAddress" as well as "key".',
  ERR_IPC_HANDSHAKE: (address, said) =>
    `what answers at ${address} is no launcher that listens, or a tunnel that leads to nobody: ${said}`,
};

function meaningOf(error: Error, address: string): string {
  const meaning = error instanceof IpcError ? MEANINGS[error.code] : undefined;
  return meaning?.(address, error.message) ?? error.message;
}

/**
 * Connects to a launcher that listens. The program is not ours: it goes on where this fails, and runs on when the
 * client leaves, unless that asks for its end.
 *
 * @throws DapError that says what is wrong; by then nothing of the attempt is left
 */
export async function attachDebuggee(attach: AttachArguments, host: DebuggeeHost): Promise<Debuggee> {
  const manager = new IPCManager({ logger: host.logger });
  const profile = profileOf({ launcher: undefined });
  const launcher = new ExternalLauncher({ endsWithConnection: true });
  const translation = pathMapping(attach.roots);
  try {
    await manager.connect(attach.config, { signal: host.signal });
  } catch (thrown) {
    await manager.cleanup();
    if (host.signal.aborted) throw launchCancelled();
    throw attachFailed(meaningOf(toError(thrown), attach.address), thrown);
  }
  const client = attendLauncher({ manager, launcher }, profile, translation, host);
  manager.startReader((message) => client.receive(message), {
    onError: (error) => host.logger.error({ err: error }, 'bad message from the launcher'),
  });
  const output = relayOutput(launcher, host.output);
  const parts = {
    launch: attach,
    begins: 'attach',
    profile,
    client,
    manager,
    launcher,
    output,
    translation,
  } as const;
  return new Debuggee(parts, host);
}
