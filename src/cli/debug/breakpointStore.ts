import type { BreakpointSpec } from './breakpointSpec.js';
import type { DapConnection } from './dapConnection.js';
import type { BreakpointState, DapEvent } from './dapMessages.js';

/** A breakpoint asked for, and what the adapter last said of it. */
export interface KnownBreakpoint extends BreakpointSpec {
  state: BreakpointState | undefined;
}

/**
 * The breakpoints of a session. DAP replaces those of a whole file at a time, so that somebody has to
 * remember them; and one in a file that is not loaded yet is verified later, by an event.
 */
export class BreakpointStore {
  private readonly known: KnownBreakpoint[] = [];

  constructor(private readonly connection: DapConnection) {
    connection.onEvent((event) => this.update(event));
  }

  /** Remembers one, without telling the adapter. The same place twice is one breakpoint. */
  add(spec: BreakpointSpec): KnownBreakpoint {
    const twin = this.known.find(({ file, line }) => file === spec.file && line === spec.line);
    if (twin !== undefined) return twin;
    const added = { ...spec, state: undefined };
    this.known.push(added);
    return added;
  }

  /** Takes all of them away, here and in the adapter. */
  async clear(): Promise<void> {
    const files = new Set(this.known.splice(0).map((one) => one.file));
    for (const file of files) await this.send(file);
  }

  /** Tells the adapter those of one file. */
  async send(file: string): Promise<void> {
    const ofFile = this.known.filter((one) => one.file === file);
    const { breakpoints } = await this.connection.request<{ breakpoints: BreakpointState[] }>(
      'setBreakpoints',
      {
        source: { path: file },
        breakpoints: ofFile.map(({ line }) => ({ line })),
      },
    );
    ofFile.forEach((one, index) => (one.state = breakpoints[index]));
  }

  /** Tells the adapter all of them, file by file. */
  async sendAll(): Promise<void> {
    for (const file of new Set(this.known.map((one) => one.file))) await this.send(file);
  }

  /** Those that the program can never have stopped at: never bound to code. */
  unverified(): KnownBreakpoint[] {
    return this.known.filter(({ state }) => state?.verified !== true);
  }

  private update({ event, body }: DapEvent): void {
    if (event !== 'breakpoint') return;
    const state = body['breakpoint'] as BreakpointState;
    const changed = this.known.find((one) => one.state?.id !== undefined && one.state.id === state.id);
    if (changed !== undefined) changed.state = { ...changed.state, ...state };
  }
}
