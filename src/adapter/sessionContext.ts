import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Logger } from '../ipc/index.js';
import { debuggeeEnded, notLaunched, outOfOrder } from './dapErrors.js';
import type { Debuggee } from './debuggee.js';
import type { DebuggeeHost } from './debuggeeHost.js';
import { readLaunchArguments } from './launchArguments.js';
import { launchDebuggee } from './launchDebuggee.js';
import type { Message } from '../ipc/index.js';
import type { OutputSink } from './outputRelay.js';
import { ONE_BASED } from './positions.js';
import type { ClientPositions } from './positions.js';
import type { DapDebuggee, DapHost } from './profiles/dap/dapDebuggee.js';
import { readDapLaunch } from './profiles/dap/dapLaunch.js';
import type { StartRequest } from './profiles/dap/dapLaunch.js';
import type { RelayClient } from './profiles/dap/dapServer.js';
import { launchDapServer } from './profiles/dap/launchDapServer.js';
import { RunningRequests } from './runningRequests.js';

/** What a session's context needs of the session. */
interface SessionPort {
  send(event: string, body?: object): void;
  ask(command: string, args: Message, timeoutMs?: number): Promise<Message>;
  readonly output: OutputSink;
  readonly client: RelayClient;
  readonly logger: Logger;
}

/** What `leave` and the end of a session need of a program, whoever debugs it. */
type Leavable = Pick<Debuggee, 'ended' | 'discardOutput'> & Pick<DapDebuggee, 'leave'>;

/** Where a session stands: it goes through these from left to right, and never back. */
type SessionPhase = 'new' | 'initialized' | 'launched' | 'over';

/** What the request handlers of one session share: its phase, and its debuggee once there is one. */
class SessionContext {
  /** The requests that are not answered yet. */
  readonly running = new RunningRequests();

  private phase: SessionPhase = 'new';
  private positionsOfClient = ONE_BASED;
  private initializeArguments: Message = {};
  private readonly cancel = new AbortController();
  private launching: Promise<unknown> | undefined;
  private current: Debuggee | undefined;
  private relayed: DapDebuggee | undefined;

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
    return this.begin('launch', () => this.start(raw));
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
    throw this.phase === 'over' ? debuggeeEnded(command) : notLaunched(command);
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

  private async start(raw: Message): Promise<void> {
    const launch = await readLaunchArguments(raw);
    this.current = await launchDebuggee(launch, this.host());
    await this.current.begin();
  }

  private async startServer(request: DebugProtocol.Request, raw: Message): Promise<void> {
    const launch = await readDapLaunch(request.command as StartRequest, raw);
    this.relayed = await launchDapServer(launch, this.host());
    await this.relayed.begin(request);
  }

  private host(): DebuggeeHost & DapHost {
    return {
      send: (event, body) => this.port.send(event, body),
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

export { SessionContext };
export type { SessionPhase, SessionPort };
