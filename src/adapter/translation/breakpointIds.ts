import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/**
 * The breakpoint ids that a client knows, for one session. Each launcher counts from 1. After a restart another
 * launcher serves the same session, so its ids are translated to the ids that the client has.
 */
export class BreakpointIds {
  private byLauncherId = new Map<number, number>();
  private last = 0;

  /** Forgets the ids of the launcher: another launcher serves the session from now on. */
  renew(): void {
    this.byLauncherId = new Map();
  }

  /** Replaces the client id `id` by `known`, the id under which the client knows that breakpoint. */
  rename(id: number, known: number): void {
    for (const [launcherId, clientId] of this.byLauncherId) {
      if (clientId === id) this.byLauncherId.set(launcherId, known);
    }
  }

  /** Translates the ids in the body of a response or of an event. */
  toClient(body: Message): Message {
    const { breakpoints, breakpoint, hitBreakpointIds } = body;
    return {
      ...body,
      ...(Array.isArray(breakpoints) && { breakpoints: breakpoints.map((one) => this.renumbered(one)) }),
      ...(isRecord(breakpoint) && { breakpoint: this.renumbered(breakpoint) }),
      ...(Array.isArray(hitBreakpointIds) && {
        hitBreakpointIds: hitBreakpointIds.map((id) => this.clientId(id)),
      }),
    };
  }

  private renumbered(breakpoint: unknown): unknown {
    if (!isRecord(breakpoint) || breakpoint.id === undefined) return breakpoint;
    return { ...breakpoint, id: this.clientId(breakpoint.id) };
  }

  /** Gives the launcher's id, or the next free id if the client knows another breakpoint by the launcher's id. */
  private clientId(id: unknown): unknown {
    if (typeof id !== 'number') return id;
    const known = this.byLauncherId.get(id);
    if (known !== undefined) return known;
    const fresh = id > this.last ? id : this.last + 1;
    this.last = fresh;
    this.byLauncherId.set(id, fresh);
    return fresh;
  }
}
