import { isResponse, readLauncherMessage } from '../../ipc/index.js';
import type { EventEnvelope, Message, ResponseEnvelope } from '../../ipc/index.js';
import type { LauncherDialect, LauncherMessage, OutgoingCommand } from './launcherProfile.js';
import { isUnanswered, readableArguments } from './dapperCommands.js';
import { translateResponse } from './dapperResponses.js';
import { DapperDataIds } from './dapperDataIds.js';

/** The time that an event is waited for that replaces a response, in milliseconds. Often there is no such event. */
export const UNANSWERED_TIMEOUT_MS = 3_000;

/** Events that repeat the content of a response. */
const DUPLICATE_EVENTS: ReadonlySet<string> = new Set([
  'threads',
  'stackTrace',
  'scopes',
  'variables',
  'setVariable',
  'evaluate',
  'exceptionInfo',
  'source',
]);

/**
 * The dialect of dapper's launcher. It answers some commands with an event or not at all, its `error` events carry no
 * id, and it sends `stopped` before its response to `pause`. The dialect gives one response to every answered command,
 * drops repeated events, and restores DAP's order.
 */
export class DapperDialect implements LauncherDialect {
  readonly supportsCancel = false;

  /** The commands without a response by id, the oldest first. */
  private readonly pending = new Map<number, OutgoingCommand>();
  private readonly dataIds = new DapperDataIds();
  /** The `stopped` events of a `pause`, held back until its response. */
  private heldStops: EventEnvelope[] = [];

  timeoutMs(command: string): number | undefined {
    return isUnanswered(command) ? UNANSWERED_TIMEOUT_MS : undefined;
  }

  write(outgoing: OutgoingCommand): Message {
    const { command, args, id } = outgoing;
    this.pending.set(id, outgoing);
    return { command, arguments: readableArguments(command, args), id };
  }

  read(message: Message): readonly LauncherMessage[] {
    const read = readLauncherMessage(message);
    return isResponse(read) ? this.readResponse(read) : this.readEvent(read);
  }

  forget(id: number): readonly LauncherMessage[] {
    this.pending.delete(id);
    if (this.oldest((command) => command === 'pause') !== undefined) return [];
    const stops = this.heldStops;
    this.heldStops = [];
    return stops;
  }

  private readResponse(response: ResponseEnvelope): LauncherMessage[] {
    const command = typeof response.id === 'number' ? this.pending.get(response.id) : undefined;
    if (command === undefined) return [response];
    return [this.translate(command, response), ...this.forget(command.id)];
  }

  private translate({ command, args }: OutgoingCommand, response: ResponseEnvelope): ResponseEnvelope {
    if (command === 'scopes') this.dataIds.recordScopes(response, args);
    if (command === 'dataBreakpointInfo' && response.success) {
      return this.dataIds.withUsableId(response, args);
    }
    return translateResponse(command, response, args);
  }

  private readEvent(envelope: EventEnvelope): readonly LauncherMessage[] {
    const { event, body } = envelope;
    if (event === 'exceptionInfo') return this.respond('exceptionInfo', { success: true, body });
    if (event === 'error') return this.readError(envelope);
    if (DUPLICATE_EVENTS.has(event)) return [];
    if (event !== 'stopped') return [envelope];
    this.dataIds.clear();
    const isPausePending = this.oldest((command) => command === 'pause') !== undefined;
    if (body.reason !== 'pause' || !isPausePending) return [envelope];
    this.heldStops.push(envelope);
    return [];
  }

  /** Fails the oldest pending command that gets no response: an `error` event does not name its command. */
  private readError(envelope: EventEnvelope): readonly LauncherMessage[] {
    const failed = this.oldest(isUnanswered);
    if (failed === undefined) return [envelope];
    const { message } = envelope.body;
    return this.respond(failed.command, {
      success: false,
      ...(typeof message === 'string' && { message }),
    });
  }

  private respond(
    command: string,
    result: { success: boolean; message?: string; body?: Message },
  ): readonly LauncherMessage[] {
    const answered = this.oldest((name) => name === command);
    if (answered === undefined) return [];
    const response: LauncherMessage = { event: 'response', id: answered.id, ...result };
    return [response, ...this.forget(answered.id)];
  }

  private oldest(matches: (command: string) => boolean): OutgoingCommand | undefined {
    return [...this.pending.values()].find(({ command }) => matches(command));
  }
}
