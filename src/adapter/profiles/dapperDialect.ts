import { isResponse, readLauncherMessage } from '../../ipc/index.js';
import type { EventEnvelope, Message, ResponseEnvelope } from '../../ipc/index.js';
import type { LauncherDialect, LauncherMessage, OutgoingCommand } from './launcherProfile.js';
import { isUnanswered, readableArguments } from './dapperCommands.js';
import { translateResponse } from './dapperResponses.js';
import { DapperDataIds } from './dapperDataIds.js';

/** How long an event is waited for that stands for an answer, in milliseconds: often it does not come. */
export const UNANSWERED_TIMEOUT_MS = 3_000;

/** Events that say again what a response has said. */
const MIRRORS: ReadonlySet<string> = new Set([
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
 * What dapper's launcher speaks. It answers some commands by an event, or never; its `error` events carry no
 * id; it tells that the program has stopped before it answers `pause`. From here on there is one response to
 * every command that it answers at all, and each thing is told once, in DAP's order.
 */
export class DapperDialect implements LauncherDialect {
  readonly knowsCancel = false;

  /** Commands that wait, the oldest first. */
  private readonly waiting = new Map<number, OutgoingCommand>();
  private readonly dataIds = new DapperDataIds();
  /** Stops that a `pause` has led to, and that are told behind its response. */
  private heldStops: EventEnvelope[] = [];

  timeoutMs(command: string): number | undefined {
    return isUnanswered(command) ? UNANSWERED_TIMEOUT_MS : undefined;
  }

  write(asked: OutgoingCommand): Message {
    const { command, args, id } = asked;
    this.waiting.set(id, asked);
    return { command, arguments: readableArguments(command, args), id };
  }

  read(message: Message): readonly LauncherMessage[] {
    const said = readLauncherMessage(message);
    return isResponse(said) ? this.readResponse(said) : this.readEvent(said);
  }

  forget(id: number): readonly LauncherMessage[] {
    this.waiting.delete(id);
    if (this.oldest((command) => command === 'pause') !== undefined) return [];
    const stops = this.heldStops;
    this.heldStops = [];
    return stops;
  }

  private readResponse(response: ResponseEnvelope): LauncherMessage[] {
    const asked = typeof response.id === 'number' ? this.waiting.get(response.id) : undefined;
    if (asked === undefined) return [response];
    return [this.translate(asked, response), ...this.forget(asked.id)];
  }

  private translate({ command, args }: OutgoingCommand, response: ResponseEnvelope): ResponseEnvelope {
    if (command === 'scopes') this.dataIds.learnScopes(response, args);
    if (command === 'dataBreakpointInfo' && response.success) {
      return this.dataIds.withUsableId(response, args);
    }
    return translateResponse(command, response, args);
  }

  private readEvent(said: EventEnvelope): readonly LauncherMessage[] {
    const { event, body } = said;
    if (event === 'exceptionInfo') return this.answer('exceptionInfo', { success: true, body });
    if (event === 'error') return this.readError(said);
    if (MIRRORS.has(event)) return [];
    if (event !== 'stopped') return [said];
    this.dataIds.clear();
    if (body.reason !== 'pause' || this.oldest((command) => command === 'pause') === undefined) return [said];
    this.heldStops.push(said);
    return [];
  }

  /** Whose error it is, it does not say: the oldest command's that has no other way to fail, if there is one. */
  private readError(said: EventEnvelope): readonly LauncherMessage[] {
    const failed = this.oldest(isUnanswered);
    if (failed === undefined) return [said];
    const { message } = said.body;
    return this.answer(failed.command, {
      success: false,
      ...(typeof message === 'string' && { message }),
    });
  }

  private answer(
    command: string,
    result: { success: boolean; message?: string; body?: Message },
  ): readonly LauncherMessage[] {
    const asked = this.oldest((one) => one === command);
    if (asked === undefined) return [];
    const response: LauncherMessage = { event: 'response', id: asked.id, ...result };
    return [response, ...this.forget(asked.id)];
  }

  private oldest(fits: (command: string) => boolean): OutgoingCommand | undefined {
    return [...this.waiting.values()].find(({ command }) => fits(command));
  }
}
