import { IpcError } from './errors.js';

/** A message: any JSON object. The layers above define the meaning of its fields. */
export type Message = Readonly<Record<string, unknown>>;

/** A message from adapter to launcher. A command without an `id` expects no matching response. */
export interface Command {
  readonly command: string;
  readonly arguments: Message;
  readonly id: CommandId | null;
  readonly event?: undefined;
}

/** The id of a command, which its response repeats. */
export type CommandId = number | string;

/** A message from launcher to adapter: the response to one command. */
export interface ResponseEnvelope {
  readonly event: 'response';
  readonly id: CommandId | null;
  readonly success: boolean;
  readonly message?: string;
  readonly body?: Message;
}

/** A message from launcher to adapter: an event. The name `response` is that of responses. */
export interface EventEnvelope {
  readonly event: string;
  readonly body: Message;
  readonly id?: undefined;
  readonly success?: undefined;
  readonly message?: undefined;
}

/**
 * A message between adapter and launcher. `event` tells a command (undefined) from the others, and `success` a
 * response from an event (undefined).
 */
export type Envelope = Command | ResponseEnvelope | EventEnvelope;

/** The `message` of the response to a cancelled command. */
export const CANCELLED = 'cancelled';

/** Narrows to a plain object, which every message, `body` and `arguments` must be. */
export function isRecord(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function commandId(value: unknown): CommandId | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/**
 * Reads a command. A `command` that is not a string is converted to its JSON text, so that the response can
 * name it as unknown.
 */
export function readCommand(message: Message): Command {
  return {
    command: typeof message.command === 'string' ? message.command : JSON.stringify(message.command ?? null),
    arguments: isRecord(message.arguments) ? message.arguments : {},
    id: commandId(message.id),
  };
}

/**
 * Reads a message from a launcher: a response or an event.
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

/** Narrows a message to a response. */
export function isResponse(envelope: Envelope): envelope is ResponseEnvelope {
  return envelope.event === 'response';
}

/** Creates an event for the wire. Without fields there is no `body` key. */
export function eventEnvelope(event: string, body?: object): Message {
  return body === undefined ? { event } : { event, body };
}

/** Creates a response for the wire. */
export function responseEnvelope(
  id: CommandId | null,
  result: { success: boolean; message?: string; body?: object },
): Message {
  return { event: 'response', id, ...result };
}
