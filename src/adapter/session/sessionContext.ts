import type { DebugProtocol } from '@vscode/debugprotocol';
import { settlesWithin } from '../../ipc/index.js';
import type { Logger, Message } from '../../ipc/index.js';
import { BreakpointIds } from '../translation/breakpointIds.js';
import { adoptChild, isChildSession } from '../starting/adoptChild.js';
import { DebuggeeEvents } from './debuggeeEvents.js';
import { BreakpointMemory } from './breakpointMemory.js';
import { debuggeeEnded, launchCancelled, notLaunched, outOfOrder } from '../dap/dapErrors.js';
import type { Debuggee } from '../debuggee/debuggee.js';
import type { DebuggeeHost } from '../debuggee/debuggeeHost.js';
import type { OutputSink } from '../output/outputRelay.js';
import { ONE_BASED } from '../translation/positions.js';
import type { ClientPositions } from '../translation/positions.js';
import type { DapDebuggee, DapHost } from '../dapServers/dapDebuggee.js';
import { readDapLaunch } from '../dapServers/dapLaunch.js';
import type { StartRequest } from '../dapServers/dapLaunch.js';
import type { RelayClient } from '../dapServers/dapServer.js';
import { launchDapServer } from '../dapServers/launchDapServer.js';
import { attachToProgram, launchProgram } from '../starting/programStart.js';
import type { ProgramStart } from '../starting/programStart.js';
import { RunningRequests } from './runningRequests.js';

/** What a session's context needs of the session. */
export interface SessionPort {
  send(event: string, body?: object): void;
  /** Does a request as if the client had sent it. @returns the response's body */
  request(command: string, args: Message): Promise<object | undefined>;
  ask(command: string, args: Message, timeoutMs?: number): Promise<Message>;
  readonly output: OutputSink;
  readonly client: RelayClient;
  readonly logger: Logger;
}

/** What `leave` and the end of a session need of a program, whoever debugs it. */
type Leavable = Pick<Debuggee, 'ended' | 'discardOutput'> & Pick<DapDebuggee, 'leave'>;

/** What a session began with, and what tells the client of it. */
interface Begun {
  readonly start: ProgramStart;
  readonly raw: Message;
  readonly line: DebuggeeEvents;
}

/** Where a session stands: it goes through these from left to right, and never back. */
export type SessionPhase = 'new' | 'initialized' | 'launched' | 'over';

/** Requests that do not wait for the end of a restart. */
const DURING_RESTART: ReadonlySet<string> = new Set(['restart', 'disconnect', 'cancel']);

/** What the request handlers of one session share: its phase, and its debuggee once there is one. */
export class SessionContext {
  /** The requests that are not answered yet. */
  readonly running = new RunningRequests();
  /** What the client has set so far. */
  readonly settings = new BreakpointMemory();

  private phase: SessionPhase = 'new';
  private positionsOfClient = ONE_BASED;
  private initializeArguments: Message = {};
  private readonly cancel = new AbortController();
  private readonly breakpointIds = new BreakpointIds();
  private launching: Promise<unknown> | undefined;
  /** The request that began the session, and what it tells the client. */
  private begun: Begun | undefined;
  private current: Debuggee | undefined;
  private relayed: DapDebuggee | undefined;
  private restarting: Promise<void> | undefined;

  constructor(private readonly port: SessionPort) {}

  /** How the client counts lines and columns. */
  get positions(): ClientPositions {
    return this.positionsOfClient;
  }

  /** The client has said how it counts, and all else of its arguments. @throws DapError the second time */
  initialize(positions: ClientPositions, args: Message): void {
    if (this.phase !== 'new') throw outOfOrder('initialize', 'it is sent once, first');
    this.phase = 'initialized';
    this.positionsOfClient = positions;
    this.initializeArguments = args;
  }

  /**
   * Launches what the arguments say, and greets its launcher.
   *
   * @throws DapError before `initialize`, the second time, and as `readLaunchArguments`, `launchDebuggee`
   *   and `Debuggee.begin`
   */
  launch(raw: Message): Promise<void> {
    return this.begin('launch', () => this.start(launchProgram, raw));
  }

  /**
   * Attaches to a program that waits, or runs, under a launcher that listens, or to the child process of one.
   *
   * @throws DapError as `launch`, `readAttachArguments`, `attachDebuggee` and `adoptChild`
   */
  attach(raw: Message): Promise<void> {
    return this.begin('attach', () => this.start(isChildSession(raw) ? adoptChild : attachToProgram, raw));
  }

  /**
   * Ends the program and launches it anew, or detaches from it and attaches again, with all that the client has
   * set. The client hears of no end.
   *
   * @param raw arguments in place of those that the session began with; undefined: those
   * @throws DapError where there is nothing to restart or a restart is under way, and as `launch`: the program
   *   that was has ended then, unless it was the arguments that were wrong
   */
  async restart(raw: Message | undefined): Promise<void> {
    const { begun, current } = this;
    if (begun === undefined || current === undefined) throw this.missing('restart');
    if (this.restarting !== undefined) throw outOfOrder('restart', 'another restart is under way');
    this.restarting = this.replaceChecked(current, begun, raw ?? begun.raw);
    try {
      await this.restarting;
    } finally {
      this.restarting = undefined;
    }
  }

  /** What a request has to wait for: while one program is taking the place of another, there is none to do it in. */
  replacement(command: string): Promise<void> | undefined {
    return DURING_RESTART.has(command) ? undefined : this.restarting?.catch(() => undefined);
  }

  /**
   * Launches a DAP server as the request says, and passes the request on to it: from then on `pass` takes what
   * the client sends, and the server answers.
   *
   * @throws DapError as `launch`, `readDapLaunch`, `launchDapServer` and `DapDebuggee.begin`
   */
  launchServer(request: DebugProtocol.Request, raw: Message): Promise<void> {
    return this.begin(request.command, () => this.startServer(request, raw));
  }

  /** Passes a message of the client on to the DAP server. @returns false where there is none that it is for */
  pass(message: DebugProtocol.ProtocolMessage): boolean {
    return this.relayed?.take(message) ?? false;
  }

  /** The debuggee, or undefined where there is none, or none yet. */
  get debuggee(): Debuggee | undefined {
    return this.current;
  }

  /** The debuggee, for a request that cannot do without. @throws DapError where there is none, or none yet */
  debuggeeFor(command: string): Debuggee {
    if (this.current !== undefined) return this.current;
    throw this.missing(command);
  }

  /** Whether `disconnect` ends the program where it does not say; undefined: as the session was begun with. */
  get endsWith(): boolean | undefined {
    return this.begun?.start.endsAtDisconnect;
  }

  private missing(command: string): Error {
    return this.phase === 'over' ? debuggeeEnded(command) : notLaunched(command);
  }

  /** The debuggee, or undefined where there is none; a launch under way is cancelled and its end awaited. */
  async settle(): Promise<Leavable | undefined> {
    this.phase = 'over';
    if (this.launched === undefined) {
      this.cancel.abort();
      await this.launching?.catch(() => undefined);
    }
    return this.launched;
  }

  private get launched(): Leavable | undefined {
    return this.current ?? this.relayed;
  }

  private async begin(command: string, start: () => Promise<void>): Promise<void> {
    if (this.phase === 'new') throw outOfOrder(command, 'initialize comes first');
    if (this.phase !== 'initialized') throw outOfOrder(command, 'a session launches once');
    this.phase = 'launched';
    this.launching = start();
    await this.launching;
  }

  private async start(start: ProgramStart, raw: Message, isSuccessor = false): Promise<void> {
    const line = new DebuggeeEvents((event, body) => this.port.send(event, body), { isSuccessor });
    this.begun = { start, raw, line };
    this.current = await start.begin(raw, this.host(line));
    await this.current.begin();
  }

  private async replaceChecked(old: Debuggee, begun: Begun, raw: Message): Promise<void> {
    await begun.start.check(raw);
    this.launching = this.replace(old, begun, raw);
    await this.launching;
  }

  /** The new one's settings are in place before the client hears of it, so that it stops where the old one did. */
  private async replace(old: Debuggee, { start, line }: Begun, raw: Message): Promise<void> {
    if (await settlesWithin(old.ended, 0)) throw debuggeeEnded('restart');
    line.cut();
    await old.leave(start.ends);
    await old.ended;
    this.current = undefined;
    if (this.phase === 'over') throw launchCancelled();
    this.breakpointIds.renew();
    try {
      await this.start(start, raw, true);
      await this.settings.repeat(this.port, this.breakpointIds);
    } catch (error) {
      this.port.send('terminated');
      throw error;
    }
  }

  private async startServer(request: DebugProtocol.Request, raw: Message): Promise<void> {
    const launch = await readDapLaunch(request.command as StartRequest, raw);
    this.relayed = await launchDapServer(launch, this.host());
    await this.relayed.begin(request);
  }

  private host(line?: DebuggeeEvents): DebuggeeHost & DapHost {
    return {
      send: line?.send ?? ((event, body) => this.port.send(event, body)),
      breakpointIds: this.breakpointIds,
      output: this.port.output,
      client: this.port.client,
      positions: this.positions,
      askClient: (command, args, timeoutMs) => this.port.ask(command, args, timeoutMs),
      clientDoes: (capability) => this.initializeArguments[capability] === true,
      initializeArguments: this.initializeArguments,
      logger: this.port.logger,
      signal: this.cancel.signal,
    };
  }
}
