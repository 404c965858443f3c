import type { DebugProtocol } from '@vscode/debugprotocol';
import { settlesWithin } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { debuggeeEnded, launchCancelled, notLaunched, outOfOrder } from '../dap/dapErrors.js';
import type { DapDebuggee } from '../dapServers/dapDebuggee.js';
import { readDapLaunch } from '../dapServers/dapLaunch.js';
import type { StartRequest } from '../dapServers/dapLaunch.js';
import { launchDapServer } from '../dapServers/launchDapServer.js';
import type { Debuggee } from '../debuggee/debuggee.js';
import { DebuggeeEvents } from '../debuggee/debuggeeEvents.js';
import type { SendEvent } from '../debuggee/debuggeeEvents.js';
import type { SessionServices } from '../debuggee/sessionServices.js';
import { adoptChild, isChildSession } from '../starting/adoptChild.js';
import { attachToInspector } from '../starting/attachInspector.js';
import { attachToProgram, launchProgram } from '../starting/programStart.js';
import type { ProgramStart } from '../starting/programStart.js';
import { isInspectorAttach } from '../settings/inspectorArguments.js';
import { BreakpointIds } from '../translation/clientView.js';
import { ClientView } from '../translation/clientView.js';
import { ONE_BASED } from '../translation/positions.js';
import type { ClientPositions } from '../translation/positions.js';
import { BreakpointMemory } from './breakpointMemory.js';
import type { PerformRequest } from './breakpointMemory.js';
import { RunningRequests } from './runningRequests.js';

/** The connection to the client, made with the session. */
type ClientServices = Pick<
  SessionServices,
  'writer' | 'reverseRequests' | 'output' | 'logger' | 'trace' | 'maxFrameBytes' | 'faults' | 'warmLaunchers'
>;

/** The members that the end of a session needs, of a debuggee or of a DAP server. */
type Disconnectable = Pick<Debuggee, 'ended' | 'discardOutput' | 'abandon'> & Pick<DapDebuggee, 'disconnect'>;

/** The start of a session: the kind, the arguments, and the events of the debuggee that serves it now. */
interface SessionStart {
  readonly kind: ProgramStart;
  readonly raw: Message;
  readonly events: DebuggeeEvents;
}

/** The phases of a session, in their order. */
export type SessionPhase = 'new' | 'initialized' | 'launched' | 'over';

/** Requests that do not wait for the end of a restart. */
const DURING_RESTART: ReadonlySet<string> = new Set(['restart', 'disconnect', 'cancel']);

/** The state that the request handlers of one session share: its phase, and its debuggee once there is one. */
export class SessionContext {
  /** The requests without a response. */
  readonly running = new RunningRequests();
  /** The breakpoints that the client has set. */
  readonly breakpoints = new BreakpointMemory();

  /** The exception filters that the client has sent before the launch. */
  earlyExceptionFilters: Message | undefined;

  private phase: SessionPhase = 'new';
  private positions = ONE_BASED;
  private initializeArguments: Message = {};
  private readonly cancel = new AbortController();
  private readonly breakpointIds = new BreakpointIds();
  private launching: Promise<unknown> | undefined;
  private sessionStart: SessionStart | undefined;
  private current: Debuggee | undefined;
  private server: DapDebuggee | undefined;
  private restarting: Promise<void> | undefined;

  /** @param perform performs a request as if the client had sent it */
  constructor(
    private readonly client: ClientServices,
    private readonly perform: PerformRequest,
  ) {}

  /** Takes the client's `initialize`. @throws DapError the second time */
  initialize(positions: ClientPositions, args: Message): void {
    if (this.phase !== 'new') throw outOfOrder('initialize', 'it is sent once, first');
    this.phase = 'initialized';
    this.positions = positions;
    this.initializeArguments = args;
  }

  /**
   * Launches a program and initializes its launcher.
   *
   * @throws DapError before `initialize`, the second time, and as `readLaunchArguments`, `launchDebuggee` and
   *   `Debuggee.start`
   */
  launch(raw: Message): Promise<void> {
    return this.startOnce('launch', () => this.start(launchProgram, raw));
  }

  /**
   * Attaches to a program under a launcher that listens, to one with an inspector, or to a child process of a program
   * that is debugged.
   *
   * @throws DapError as `launch`, `readAttachArguments`, `attachDebuggee` and `adoptChild`
   */
  attach(raw: Message): Promise<void> {
    this.client.warmLaunchers?.release();
    return this.startOnce('attach', () => this.start(wayToAttach(raw), raw));
  }

  /**
   * Ends the program and launches it again, or detaches and attaches again, with all breakpoints of the client. The
   * client gets no `terminated`.
   *
   * @param raw the new arguments. Default: those of the session's start
   * @throws DapError if there is nothing to restart or a restart is under way, and as `launch`. The old program has
   *   ended then, unless the arguments were invalid
   */
  async restart(raw: Message | undefined): Promise<void> {
    const { sessionStart, current } = this;
    if (sessionStart === undefined || current === undefined) throw this.missing('restart');
    if (this.restarting !== undefined) throw outOfOrder('restart', 'another restart is under way');
    this.restarting = this.replaceChecked(current, sessionStart, raw ?? sessionStart.raw);
    try {
      await this.restarting;
    } finally {
      this.restarting = undefined;
    }
  }

  /** The promise that a request waits for while a restart replaces the program. Undefined: no wait. */
  replacement(command: string): Promise<void> | undefined {
    return DURING_RESTART.has(command) ? undefined : this.restarting?.catch(() => undefined);
  }

  /**
   * Launches a DAP server and passes the request on to it. From then on `passToServer` takes the client's messages,
   * and the server responds.
   *
   * @throws DapError as `launch`, `readDapLaunch`, `launchDapServer` and `DapDebuggee.start`
   */
  launchServer(request: DebugProtocol.Request, raw: Message): Promise<void> {
    return this.startOnce(request.command, () => this.startServer(request, raw));
  }

  /** Passes a message of the client on to the DAP server. Returns false if no server has the session. */
  passToServer(message: DebugProtocol.ProtocolMessage): boolean {
    return this.server?.receiveFromClient(message) ?? false;
  }

  /** The debuggee. Undefined before the launch and after a failed one. */
  get debuggee(): Debuggee | undefined {
    return this.current;
  }

  /** Passes on the client's answer to an event that asked for one. */
  answerEvent(answer: Message): void {
    this.client.reverseRequests.answerEvent(answer);
  }

  /** Gives the debuggee to a request that needs it. @throws DapError if there is no debuggee */
  debuggeeFor(command: string): Debuggee {
    if (this.current !== undefined) return this.current;
    throw this.missing(command);
  }

  /** True if `disconnect` without `terminateDebuggee` ends the program. Undefined: the launch arguments decide. */
  get endsAtDisconnect(): boolean | undefined {
    return this.sessionStart?.kind.endsAtDisconnect;
  }

  /** Ends the session's last phase: cancels a launch under way. Returns the debuggee or DAP server, if any. */
  async close(): Promise<Disconnectable | undefined> {
    this.phase = 'over';
    if (this.launched === undefined) {
      this.cancel.abort();
      await this.launching?.catch(() => undefined);
    }
    return this.launched;
  }

  private get launched(): Disconnectable | undefined {
    return this.current ?? this.server;
  }

  private missing(command: string): Error {
    return this.phase === 'over' ? debuggeeEnded(command) : notLaunched(command);
  }

  private async startOnce(command: string, start: () => Promise<void>): Promise<void> {
    if (this.phase === 'new') throw outOfOrder(command, 'initialize comes first');
    if (this.phase !== 'initialized') throw outOfOrder(command, 'a session launches once');
    this.phase = 'launched';
    this.launching = start();
    try {
      await this.launching;
    } finally {
      this.client.warmLaunchers?.release();
    }
  }

  private async start(kind: ProgramStart, given: Message, isReplacement = false): Promise<void> {
    const raw = await this.beginTrace(given);
    const events = new DebuggeeEvents(this.client.writer.sendEvent, { isReplacement });
    this.sessionStart = { kind, raw, events };
    this.current = await kind.start(raw, this.services(events.send));
    await this.current.start();
    // A client that sends its filters again has the last word.
    if (this.earlyExceptionFilters !== undefined) {
      await this.perform('setExceptionBreakpoints', this.earlyExceptionFilters).catch(() => undefined);
    }
  }

  private async replaceChecked(old: Debuggee, sessionStart: SessionStart, raw: Message): Promise<void> {
    await sessionStart.kind.check(raw);
    this.launching = this.replace(old, sessionStart, raw);
    await this.launching;
  }

  /** Replaces the debuggee. The new one has all breakpoints before it runs. */
  private async replace(old: Debuggee, { kind, events }: SessionStart, raw: Message): Promise<void> {
    if (await settlesWithin(old.ended, 0)) throw debuggeeEnded('restart');
    events.cut();
    await old.disconnect(kind.endsProgram);
    await old.ended;
    this.current = undefined;
    if (this.phase === 'over') throw launchCancelled();
    this.breakpointIds.renew();
    try {
      await this.start(kind, raw, true);
      await this.breakpoints.repeat(this.perform, this.client.writer.sendEvent, this.breakpointIds);
    } catch (error) {
      this.client.writer.sendEvent('terminated');
      throw error;
    }
  }

  private async startServer(request: DebugProtocol.Request, given: Message): Promise<void> {
    const raw = await this.beginTrace(given);
    const launch = await readDapLaunch(request.command as StartRequest, raw);
    this.server = await launchDapServer(launch, this.services(this.client.writer.sendEvent));
    await this.server.start(request);
  }

  /** Returns the arguments with the file in which this session is recorded: those of child sessions are, too. */
  private async beginTrace(raw: Message): Promise<Message> {
    const path = await this.client.trace.begin(raw);
    if (path === undefined) return raw;
    const output = `This session is recorded in ${path}\n`;
    this.client.writer.sendEvent('output', { category: 'console', output });
    return { ...raw, trace: path };
  }

  private services(send: SendEvent): SessionServices {
    const { positions, breakpointIds, initializeArguments } = this;
    return {
      ...this.client,
      send,
      initializeArguments,
      signal: this.cancel.signal,
      clientSupports: (capability) => initializeArguments[capability] === true,
      createView: (roots) => new ClientView({ positions, breakpointIds, roots }),
    };
  }
}

/** The way to attach that the arguments ask for. */
function wayToAttach(raw: Message): ProgramStart {
  if (isChildSession(raw)) return adoptChild;
  return isInspectorAttach(raw) ? attachToInspector : attachToProgram;
}
