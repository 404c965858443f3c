import { formatAddress, readCommand, responseEnvelope, settlesWithin, toError } from '../../ipc/index.js';
import type { IPCManager, Logger } from '../../ipc/index.js';
import { AdapterListener } from './adapterListener.js';
import type { ConnectedAdapter } from './adapterListener.js';
import type { Program } from './program.js';
import type { LauncherOptions, ListenOptions } from '../options/launcherOptions.js';
import { LauncherSession } from './launcherSession.js';
import { writeStderr } from './writeStderr.js';

const ALREADY_ATTACHED =
  'another debug adapter is attached to this program already: disconnect that one first';
/** Time in which an adapter that is refused may send its first command, in milliseconds. */
const REFUSAL_MS = 5_000;

/** Parts and options of {@link serveAdapters}. */
export interface ServeOptions {
  readonly options: LauncherOptions;
  readonly listen: ListenOptions;
  readonly program: Program;
  readonly logger: Logger;
}

/**
 * Serves the adapters that attach to the program, one at a time, as long as the program lives.
 *
 * @param onSession called with each session that starts
 * @throws IpcError if listening fails
 */
export async function serveAdapters(
  { options, listen, program, logger }: ServeOptions,
  onSession: (session: LauncherSession) => void,
): Promise<void> {
  const listener = await AdapterListener.open({ config: options.config, keyFile: listen.keyFile }, logger);
  program.onNotice(({ kind }) => (kind === 'exit' ? listener.close() : Promise.resolve()));
  writeStderr(announcement(listener, listen));
  if (!listen.wait) program.start();
  let current: LauncherSession | undefined;
  const onAdapter = (adapter: ConnectedAdapter): void => {
    if (current?.isOpen === true) {
      refuse(adapter);
      return;
    }
    current = new LauncherSession({ program, options, logger, ...adapter });
    onSession(current);
    void current.open();
  };
  // Another process has taken the endpoint. The program and its current session are not affected.
  listener.serve(onAdapter).catch((error: unknown) => {
    writeStderr(`no more debuggers can attach: ${toError(error).message}`);
  });
}

function announcement({ listening, keyFile }: AdapterListener, { wait }: ListenOptions): string {
  const where = formatAddress(listening.endpoint);
  const configuration = { type: 'debug-adapter-ipc', request: 'attach', keyFile };
  const forwarded = listening.endpoint.transport === 'tcp' ? listening.endpoint.port : 'PORT';
  return `${wait ? 'the program waits for a debugger' : 'a debugger can attach'} at ${where}
  attach with   ${JSON.stringify(configuration)}
  key file      ${keyFile}
  from another machine: copy the key file there, chmod 600 it, ssh -L ${forwarded}:${where} HOST, and add
                "port": ${forwarded} to the configuration`;
}

/** Responds to the adapter's first command with the reason why it is refused. */
function refuse(adapter: ConnectedAdapter): void {
  const { manager } = adapter;
  const answered = new Promise<void>((resolve) => {
    adapter.read((message) => {
      const { id } = readCommand(message);
      const answer = responseEnvelope(id, { success: false, message: ALREADY_ATTACHED });
      resolve(manager.sendMessage(answer).catch(() => undefined));
    });
  });
  void closeAfter(manager, answered);
}

async function closeAfter(manager: IPCManager, answered: Promise<void>): Promise<void> {
  await settlesWithin(Promise.race([answered, manager.closed]), REFUSAL_MS);
  await manager.cleanup();
}
