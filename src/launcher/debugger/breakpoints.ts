import type { Debugger } from 'node:inspector';
import { toError } from '../../ipc/index.js';
import type { InspectorClient } from './inspectorClient.js';
import { urlPatternOfFile } from './scriptUrls.js';

/** A breakpoint as asked for; lines and columns count from 1. */
export interface BreakpointRequest {
  readonly line: number;
  readonly column?: number | undefined;
  /** Stops only where this expression is truthy; one that throws counts as false. */
  readonly condition?: string | undefined;
}

/** A breakpoint as it is; lines and columns count from 1. */
export interface Breakpoint {
  readonly id: number;
  /** False until the file is loaded, or for good: `message` says why. */
  readonly verified: boolean;
  readonly line: number;
  readonly column?: number;
  readonly message?: string;
}

type Listener = (breakpoint: Breakpoint) => void;

const PENDING = 'waits for the file to be loaded';

/** The breakpoints of the program: one list a file. */
export class Breakpoints {
  private nextId = 1;
  private readonly inspectorIdsOfFile = new Map<string, string[]>();
  private readonly idOfInspectorId = new Map<string, number>();

  /** `changed` is called when a file is loaded and a breakpoint that waited for it takes its place. */
  constructor(
    private readonly client: InspectorClient,
    changed: Listener,
  ) {
    client.on('Debugger.breakpointResolved', ({ breakpointId, location }) => {
      const id = this.idOfInspectorId.get(breakpointId);
      if (id !== undefined) changed(placed(id, location));
    });
  }

  /** Replaces all breakpoints of a file. The result has one entry for each request, in the same order. */
  async replace(file: string, requests: readonly BreakpointRequest[]): Promise<Breakpoint[]> {
    await this.removeAll(file);
    const set: Breakpoint[] = [];
    for (const request of requests) set.push(await this.add(file, request));
    return set;
  }

  /** The ids of the breakpoints that a pause has hit, from the inspector's list of them. */
  hitBy(inspectorIds: readonly string[]): number[] {
    return inspectorIds.flatMap((inspectorId) => this.idOfInspectorId.get(inspectorId) ?? []);
  }

  private async add(file: string, request: BreakpointRequest): Promise<Breakpoint> {
    const id = this.nextId++;
    try {
      const { breakpointId, locations } = await this.client.post('Debugger.setBreakpointByUrl', {
        urlRegex: urlPatternOfFile(file),
        lineNumber: request.line - 1,
        ...(request.column !== undefined && { columnNumber: request.column - 1 }),
        ...(request.condition !== undefined && { condition: request.condition }),
      });
      this.remember(file, breakpointId, id);
      const [location] = locations;
      return location === undefined ? unplaced(id, request, PENDING) : placed(id, location);
    } catch (error) {
      return unplaced(id, request, toError(error).message);
    }
  }

  private remember(file: string, inspectorId: string, id: number): void {
    this.idOfInspectorId.set(inspectorId, id);
    const ofFile = this.inspectorIdsOfFile.get(file);
    if (ofFile === undefined) this.inspectorIdsOfFile.set(file, [inspectorId]);
    else ofFile.push(inspectorId);
  }

  private async removeAll(file: string): Promise<void> {
    const inspectorIds = this.inspectorIdsOfFile.get(file) ?? [];
    this.inspectorIdsOfFile.delete(file);
    for (const breakpointId of inspectorIds) {
      this.idOfInspectorId.delete(breakpointId);
      await this.client.post('Debugger.removeBreakpoint', { breakpointId });
    }
  }
}

function unplaced(id: number, { line, column }: BreakpointRequest, message: string): Breakpoint {
  return { id, verified: false, line, ...(column !== undefined && { column }), message };
}

function placed(id: number, { lineNumber, columnNumber }: Debugger.Location): Breakpoint {
  return { id, verified: true, line: lineNumber + 1, column: (columnNumber ?? 0) + 1 };
}
