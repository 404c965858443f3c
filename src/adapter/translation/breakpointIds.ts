import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/**
 * The numbers of breakpoints as the client knows them. Each launcher counts by itself; what the client holds on
 * to goes beyond one launcher where the program is restarted.
 */
export class BreakpointIds {
  private byLauncherId = new Map<number, number>();
  private last = 0;

  /** Another launcher takes over: its numbers mean nothing yet. */
  renew(): void {
    this.byLauncherId = new Map();
  }

  /** A breakpoint that the client knows by another number is known by that. */
  rename(id: number, known: number): void {
    for (const [launcherId, clientId] of this.byLauncherId) {
      if (clientId === id) this.byLauncherId.set(launcherId, known);
    }
  }

  /** A response's or event's body with the client's numbers in it. */
  toClient(body: Message): Message {
    const { breakpoints, breakpoint, hitBreakpointIds } = body;
    return {
      ...body,
      ...(Array.isArray(breakpoints) && { breakpoints: breakpoints.map((one) => this.renumbered(one)) }),
      ...(isRecord(breakpoint) && { breakpoint: this.renumbered(breakpoint) }),
      ...(Array.isArray(hitBreakpointIds) && { hitBreakpointIds: hitBreakpointIds.map((id) => this.of(id)) }),
    };
  }

  private renumbered(breakpoint: unknown): unknown {
    if (!isRecord(breakpoint) || breakpoint.id === undefined) return breakpoint;
    return { ...breakpoint, id: this.of(breakpoint.id) };
  }

  /** The launcher's own number, unless the client knows another breakpoint by it. */
  private of(id: unknown): unknown {
    if (typeof id !== 'number') return id;
    const known = this.byLauncherId.get(id);
    if (known !== undefined) return known;
    const fresh = id > this.last ? id : this.last + 1;
    this.last = fresh;
    this.byLauncherId.set(id, fresh);
    return fresh;
  }
}
