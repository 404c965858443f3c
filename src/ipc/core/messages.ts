import { IpcError } from './errors.js';

/** Any message: a JSON object. What its fields mean is for the layers above to say. */
export type Message = Readonly<Record<string, unknown>>;

/** Adapter to launcher. A command that carries no `id` wants no answer to be matched. */
export interface Command {
  readonly command: string;
  readonly arguments: Message;
  readonly id: CommandId | null;
}

export type CommandId = number | string;

/** Launcher to adapter: the answer to one command. */
export interface ResponseEnvelope {
  readonly event: 'response';
  readonly id: CommandId | null;
  readonly success: boolean;
  readonly message?: string;
  readonly body?: Message;
}

/** Launcher to adapter: something happened. */
export interface EventEnvelope {
  readonly event: string;
  readonly body: Message;
}

/** What a response says whose command was cancelled. */
export const CANCELLED = 'cancelled';

/** Narrows to a plain object: what every message, `body` and `arguments` has to be. */
export function isRecord(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function commandId(value: unknown): CommandId | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/**
 * Reads a command. `command` that is not a string is kept as the text of what came, so that it can be
 * answered by name as unknown.
 */
export function readCommand(message: Message): Command {
  return {
    command: typeof message.command === 'string' ? message.command : JSON.stringify(message.command ?? null),
    arguments: isRecord(message.arguments) ? message.arguments : {},
    id: commandId(message.id),
  };
}

/**
 * Reads what a launcher sends: a response or an event.
 *
 * @throws IpcError `ERR_IPC_BAD_MESSAGE` for a message without an `event` name
 */
export function readLauncherMessage(message: Message): ResponseEnvelope | EventEnvelope {
  const { event, body } = message;
  if (typeof event !== 'string') {
    throw new IpcError('ERR_IPC_BAD_MESSAGE', 'a message from the launcher has no "event" name');
  }
  if (event !== 'response') return { event, body: isRecord(body) ? body : {} };
  return {
    event,
    id: commandId(message.id),
    success: message.success === true,
    ...(typeof message.message === 'string' && { message: message.message }),
    ...(isRecord(body) && { body }),
  };
}

export function isResponse(envelope: ResponseEnvelope | EventEnvelope): envelope is ResponseEnvelope {
  return envelope.event === 'response';
}

/** An event as it goes over the wire: no `body` key at all where there are no fields. */
export function eventEnvelope(event: string, body?: object): Message {
  return body === undefined ? { event } : { event, body };
}

/** A response as it goes over the wire. */
export function responseEnvelope(
  id: CommandId | null,
  result: { success: boolean; message?: string; body?: object },
): Message {
  return { event: 'response', id, ...result };
}
