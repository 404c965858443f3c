import { readCommand, responseEnvelope, settlesWithin } from '../../ipc/index.js';
import type { IPCManager, Logger, MessageHandler, PeerSession, TraceSink } from '../../ipc/index.js';
import type { LauncherOptions } from '../options/launcherOptions.js';
import { LauncherSession } from './launcherSession.js';
import type { Program } from './program.js';
import type { SessionParts } from './sessionParts.js';

const ALREADY_ATTACHED =
  'another debug adapter is attached to this program already: disconnect that one first';
/** Time in which an adapter that is refused may send its first command, in milliseconds. */
const REFUSAL_MS = 5_000;

/** The connection with one adapter. */
export type AdapterPeer = Pick<
  PeerSession,
  'startReader' | 'sendMessage' | 'closed' | 'cleanup' | 'isResuming' | 'destroy'
>;

/** Parts and options of {@link AdapterSessions}. */
export interface SessionsOptions {
  readonly options: LauncherOptions;
  readonly program: Program;
  readonly logger: Logger;
  /** Records the messages of each session. Default: no recording. */
  readonly trace?: TraceSink | undefined;
  readonly beforeEnd?: SessionParts['beforeEnd'];
  /** Called with each session that starts. */
  readonly onSession: (session: LauncherSession) => void;
}

/** The sessions of one program with its adapters, one at a time, as long as the program lives. */
export class AdapterSessions {
  private current: { readonly session: LauncherSession; readonly peer: AdapterPeer } | undefined;

  constructor(private readonly parts: SessionsOptions) {}

  /** Takes an adapter that has come. While another one is attached, it is refused with the reason. */
  accept(
    peer: PeerSession,
    how: Pick<SessionParts, 'reportsConsole'> = {},
  ): Promise<LauncherSession | undefined> {
    const { current, parts } = this;
    if (current?.session.isOpen === true && current.peer.isResuming) {
      // The adapter whose connection broke makes way for one that is here.
      const next = current.peer.closed.then(() => this.accept(peer, how));
      current.peer.destroy('another debug adapter has attached while the connection was broken');
      return next;
    }
    const given = parts.trace === undefined ? peer : recorded(peer, parts.trace);
    if (current?.session.isOpen !== true) return this.begin(given, how);
    parts.logger.warn({}, 'refused an adapter: another one is attached');
    refuse(given);
    return Promise.resolve(undefined);
  }

  /**
   * Begins the session with an adapter.
   *
   * @param how.connect connects to the adapter, if that is not done yet
   */
  async begin(
    peer: AdapterPeer,
    how: Pick<SessionParts, 'connect' | 'reportsConsole'> = {},
  ): Promise<LauncherSession> {
    const { program, options, logger, beforeEnd, onSession } = this.parts;
    const onError = (error: Error): void => logger.error({ err: error }, 'reading from the adapter');
    const read = (handler: MessageHandler): void => peer.startReader(handler, { onError });
    const previous = this.current?.session;
    const session = new LauncherSession({
      ...{ program, options, logger, beforeEnd, manager: peer, read, previous },
      ...how,
    });
    this.current = { session, peer };
    onSession(session);
    await session.open();
    return session;
  }
}

/** The connection that the launcher has made to its adapter. */
export function peerOf(manager: IPCManager): AdapterPeer {
  return {
    closed: manager.closed,
    sendMessage: (message) => manager.sendMessage(message),
    startReader: (handler, options) => manager.startReader(handler, options),
    cleanup: () => manager.cleanup(),
    destroy: () => void manager.cleanup(),
    get isResuming() {
      return manager.health?.state === 'resuming';
    },
  };
}

/** The session, with what is sent and received in the recording. */
function recorded(peer: AdapterPeer, trace: TraceSink): AdapterPeer {
  trace.note('state', { state: 'open' });
  void peer.closed.then(({ by, clean, reason }) =>
    trace.note('state', { state: 'closed', by, clean, reason }),
  );
  return {
    closed: peer.closed,
    cleanup: () => peer.cleanup(),
    destroy: (reason) => peer.destroy(reason),
    get isResuming() {
      return peer.isResuming;
    },
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
function refuse(peer: AdapterPeer): void {
  const answered = new Promise<void>((resolve) => {
    peer.startReader(
      (message) => {
        const { id } = readCommand(message);
        const answer = responseEnvelope(id, { success: false, message: ALREADY_ATTACHED });
        resolve(peer.sendMessage(answer).catch(() => undefined));
      },
      { onError: () => undefined },
    );
  });
  void closeAfter(peer, answered);
}

async function closeAfter(peer: AdapterPeer, answered: Promise<void>): Promise<void> {
  await settlesWithin(Promise.race([answered, peer.closed]), REFUSAL_MS);
  await peer.cleanup();
}
