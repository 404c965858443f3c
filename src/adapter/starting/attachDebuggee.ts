import { IpcError, IPCManager, toError } from '../../ipc/index.js';
import type { IpcErrorCode, Message } from '../../ipc/index.js';
import { attachFailed, badAttachArgument, launchCancelled } from '../dap/dapErrors.js';
import { PEER_JSON_BOUNDS } from '../dap/jsonBounds.js';
import { connectionNotices } from '../debuggee/connectionNotices.js';
import { Debuggee } from '../debuggee/debuggee.js';
import { readerErrors } from '../debuggee/readerErrors.js';
import { LauncherConnection } from '../debuggee/launcherConnection.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { relayOutput } from '../output/programOutput.js';
import { ExternalLauncher } from '../process/externalLauncher.js';
import { holdsOtherEnd } from '../process/peerProof.js';
import { profileOf } from '../profiles/profiles.js';
import { readAttachProfile } from '../settings/attachArguments.js';
import type { AttachArguments } from '../settings/attachArguments.js';
import { withinFrameLimit } from '../settings/ipcSetting.js';

/** Explains an error to the user. @param reason the error's message */
type Explanation = (address: string, reason: string) => string;

const NOT_LISTENING: Explanation = (address, reason) =>
  `nothing listens at ${address}: ${reason}. Start the program with "debug-adapter-ipc launch --listen ...", and ` +
  'attach with what it prints.';

/** Explanations of the errors whose own message does not name the way out. */
const EXPLANATIONS: Partial<Record<IpcErrorCode, Explanation>> = {
  ERR_IPC_CONNECT: NOT_LISTENING,
  ERR_IPC_CONNECT_TIMEOUT: NOT_LISTENING,
  ERR_IPC_AUTHENTICATION: (address) =>
    `what listens at ${address} does not have this key, or calls its address another. Use the key file that the ` +
    'program named when it was started last; behind a tunnel, give "remoteAddress" as well as "key".',
  ERR_IPC_HANDSHAKE: (address, reason) =>
    `what answers at ${address} is no launcher that listens, or a tunnel that leads to nobody: ${reason}`,
};

function explain(error: Error, address: string): string {
  const explanation = error instanceof IpcError ? EXPLANATIONS[error.code] : undefined;
  return explanation?.(address, error.message) ?? error.message;
}

/** @throws DapError if the arguments of an `attach` name a kind of launcher that does not listen */
export function requireAttachable(raw: Message): void {
  const reason = profileOf({ launcher: { profile: readAttachProfile(raw) } }).cannotAttach;
  if (reason !== undefined) throw badAttachArgument(new Error(reason));
}

/**
 * Connects to a launcher that listens. The adapter does not own the program: the program runs on if this fails, and
 * when the client disconnects without asking for its end.
 *
 * @throws DapError with the reason; by then nothing of the attempt is left
 */
export async function attachDebuggee(attach: AttachArguments, services: SessionServices): Promise<Debuggee> {
  const manager = new IPCManager({
    logger: services.logger,
    trace: services.trace.launcher,
    onHealth: connectionNotices(services),
  });
  const profile = profileOf({ launcher: undefined });
  const launcher = new ExternalLauncher({ proof: holdsOtherEnd(attach.config), endsWithConnection: true });
  try {
    const config = withinFrameLimit(attach.config, services.maxFrameBytes);
    await manager.connect({ ...PEER_JSON_BOUNDS, ...config }, { signal: services.signal });
  } catch (thrown) {
    await manager.cleanup();
    if (services.signal.aborted) throw launchCancelled();
    throw attachFailed(explain(toError(thrown), attach.address), thrown);
  }
  const connected = { manager, launcher, output: relayOutput(launcher, services) };
  const view = services.createView(attach.roots);
  const connection = new LauncherConnection(connected, profile.createDialect(), view, services);
  manager.startReader(connection.receive, { onError: readerErrors(services) });
  const parts = {
    ...connected,
    settings: attach,
    startCommand: 'attach',
    reportsConsole: true,
    profile,
    connection,
    view,
  } as const;
  return new Debuggee(parts, services);
}
