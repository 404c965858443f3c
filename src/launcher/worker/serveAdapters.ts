import { formatAddress, readCommand, responseEnvelope, settlesWithin } from '../../ipc/index.js';
import type { Endpoint, Logger, MessageHandler, PeerSession, TraceSink } from '../../ipc/index.js';
import { AdapterListener } from './adapterListener.js';
import type { Program } from './program.js';
import { withResume } from '../options/withResume.js';
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
  /** Records the messages of each session. Default: no recording. */
  readonly trace?: TraceSink | undefined;
}

/**
 * Serves the adapters that attach to the program, one at a time, as long as the program lives. An adapter that
 * comes while another one is attached is refused with the reason.
 *
 * @param onSession called with each session that starts
 * @throws IpcError if listening fails
 */
export async function serveAdapters(
  { options, listen, program, logger, trace }: ServeOptions,
  onSession: (session: LauncherSession) => void,
): Promise<void> {
  let current: LauncherSession | undefined;
  let connected: PeerSession | undefined;
  const onAdapter = (peer: PeerSession): void => {
    if (current?.isOpen === true && connected?.isResuming === true) {
      // The adapter whose connection broke makes way for one that is here.
      void connected.closed.then(() => onAdapter(peer));
      connected.destroy('another debug adapter has attached while the connection was broken');
      return;
    }
    const manager = trace === undefined ? peer : recorded(peer, trace);
    if (current?.isOpen === true) {
      logger.warn({}, 'refused an adapter: another one is attached');
      refuse(manager);
      return;
    }
    connected = peer;
    const onError = (error: Error): void => logger.error({ err: error }, 'reading from the adapter');
    const read = (handler: MessageHandler): void => manager.startReader(handler, { onError });
    current = new LauncherSession({ program, options, logger, manager, read });
    onSession(current);
    void current.open();
  };
  const settings = { config: withResume(options.config), keyFile: listen.keyFile };
  const listener = await AdapterListener.open(settings, logger, onAdapter);
  program.onNotice(({ kind }) => (kind === 'exit' ? listener.close() : Promise.resolve()));
  writeStderr(announcement(listener, listen));
  if (!listen.wait) program.start();
}

function announcement({ endpoint, keyFile }: AdapterListener, { wait }: ListenOptions): string {
  const where = formatAddress(endpoint);
  const configuration = { type: 'debug-adapter-ipc', request: 'attach', keyFile };
  return `${wait ? 'the program waits for a debugger' : 'a debugger can attach'} at ${where}
  attach with   ${JSON.stringify(configuration)}
  key file      ${keyFile}
  from another machine: ${fromElsewhere(endpoint)}`;
}

/** Says how an adapter on another machine attaches. */
function fromElsewhere(endpoint: Endpoint): string {
  if (endpoint.transport === 'pipe')
    return 'a pipe cannot be forwarded. Listen at a port for that: --listen 0';
  const forwarded = endpoint.transport === 'tcp' ? endpoint.port : 'PORT';
  const tunnel = `ssh -L ${forwarded}:${formatAddress(endpoint)} HOST`;
  return `copy the key file there, chmod 600 it, ${tunnel}, and add
                "port": ${forwarded} to the configuration`;
}

type AdapterSession = Pick<PeerSession, 'startReader' | 'sendMessage' | 'closed' | 'cleanup'>;

/** The session, with what is sent and received in the recording. */
function recorded(peer: PeerSession, trace: TraceSink): AdapterSession {
  trace.note('state', { state: 'open' });
  void peer.closed.then(({ by, clean, reason }) =>
    trace.note('state', { state: 'closed', by, clean, reason }),
  );
  return {
    closed: peer.closed,
    cleanup: () => peer.cleanup(),
    sendMessage: (message) => {
      trace.message('sent', message);
      return peer.sendMessage(message);
    },
    startReader: (handler, options) =>
      peer.startReader((message) => {
        trace.message('received', message);
        return handler(message);
      }, options),
  };
}

/** Responds to the adapter's first command with the reason why it is refused. */
function refuse(session: AdapterSession): void {
  const answered = new Promise<void>((resolve) => {
    session.startReader(
      (message) => {
        const { id } = readCommand(message);
        const answer = responseEnvelope(id, { success: false, message: ALREADY_ATTACHED });
        resolve(session.sendMessage(answer).catch(() => undefined));
      },
      { onError: () => undefined },
    );
  });
  void closeAfter(session, answered);
}

async function closeAfter(session: AdapterSession, answered: Promise<void>): Promise<void> {
  await settlesWithin(Promise.race([answered, session.closed]), REFUSAL_MS);
  await session.cleanup();
}
