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
import { RunningRequests } from './runningRequests.js';

/** What a session's context needs of the session. */
interface SessionPort {
  send(event: string, body?: object): void;
  readonly output: OutputSink;
  readonly logger: Logger;
}

/** Where a session stands: it goes through these from left to right, and never back. */
type SessionPhase = 'new' | 'initialized' | 'launched' | 'over';

/** What the request handlers of one session share: its phase, and its debuggee once there is one. */
class SessionContext {
  /** The requests that are not answered yet. */
  readonly running = new RunningRequests();

  private phase: SessionPhase = 'new';
  private positionsOfClient = ONE_BASED;
  private readonly cancel = new AbortController();
  private launching: Promise<unknown> | undefined;
  private current: Debuggee | undefined;

  constructor(private readonly port: SessionPort) {}

  /** How the client counts lines and columns. */
  get positions(): ClientPositions {
    return this.positionsOfClient;
  }

  /** The client has said how it counts. @throws DapError the second time */
  initialize(positions: ClientPositions): void {
    if (this.phase !== 'new') throw outOfOrder('initialize', 'it is sent once, first');
    this.phase = 'initialized';
    this.positionsOfClient = positions;
  }

  /**
   * Launches what the arguments say, and greets its launcher.
   *
   * @throws DapError before `initialize`, the second time, and as `readLaunchArguments`, `launchDebuggee`
   *   and `Debuggee.begin`
   */
  async launch(raw: Message): Promise<void> {
    if (this.phase === 'new') throw outOfOrder('launch', 'initialize comes first');
    if (this.phase !== 'initialized') throw outOfOrder('launch', 'a session launches once');
    this.phase = 'launched';
    this.launching = this.start(raw);
    await this.launching;
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
  async settle(): Promise<Debuggee | undefined> {
    this.phase = 'over';
    if (this.current === undefined) {
      this.cancel.abort();
      await this.launching?.catch(() => undefined);
    }
    return this.current;
  }

  private async start(raw: Message): Promise<void> {
    const launch = await readLaunchArguments(raw);
    const host: DebuggeeHost = {
      send: (event, body) => this.port.send(event, body),
      output: this.port.output,
      positions: this.positions,
      logger: this.port.logger,
      signal: this.cancel.signal,
    };
    this.current = await launchDebuggee(launch, host);
    await this.current.begin();
  }
}

export { SessionContext };
export type { SessionPhase, SessionPort };
