import { DISK_FILES } from '../../paths/diskFiles.js';
import type { BreakpointSpec } from './breakpointSpec.js';
import type { DapConnection } from './dapConnection.js';
import type { BreakpointState, DapEvent } from './dapMessages.js';

/** A requested breakpoint, and its last state from the adapter. */
export interface KnownBreakpoint extends BreakpointSpec {
  state: BreakpointState | undefined;
}

/**
 * Keeps the breakpoints of a session. DAP replaces all breakpoints of a file at once, so all of them must be
 * kept. A breakpoint in a file that is not loaded yet is verified later, by an event.
 */
export class BreakpointStore {
  private readonly known: KnownBreakpoint[] = [];

  constructor(private readonly connection: DapConnection) {
    connection.onEvent((event) => this.update(event));
  }

  /**
   * Adds a breakpoint without sending it to the adapter. A second breakpoint at the same place is the same
   * breakpoint.
   */
  add(spec: BreakpointSpec): KnownBreakpoint {
    const existing = this.known.find(
      ({ file, line }) => DISK_FILES.isSame(file, spec.file) && line === spec.line,
    );
    if (existing !== undefined) return existing;
    const added = { ...spec, state: undefined };
    this.known.push(added);
    return added;
  }

  /** Removes all breakpoints, here and in the adapter. */
  async clear(): Promise<void> {
    for (const file of filesOf(this.known.splice(0))) await this.send(file);
  }

  /** Sends the breakpoints of one file to the adapter. */
  async send(file: string): Promise<void> {
    const inFile = this.known.filter((one) => DISK_FILES.isSame(one.file, file));
    const { breakpoints } = await this.connection.request<{ breakpoints: BreakpointState[] }>(
      'setBreakpoints',
      {
        source: { path: file },
        breakpoints: inFile.map(({ line }) => ({ line })),
      },
    );
    inFile.forEach((one, index) => (one.state = breakpoints[index]));
  }

  /** Sends all breakpoints to the adapter, file by file. */
  async sendAll(): Promise<void> {
    for (const file of filesOf(this.known)) await this.send(file);
  }

  /**
   * Returns the breakpoints that were never bound to code, so that the program cannot have stopped at them.
   */
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

/** The files of breakpoints, each once. */
function filesOf(breakpoints: readonly KnownBreakpoint[]): Iterable<string> {
  return new Map(breakpoints.map(({ file }) => [DISK_FILES.key(file), file])).values();
}
