import { Response } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord, toError } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { badRequestArguments, DapError, internalError, unknownRequest } from '../dap/dapErrors.js';

/**
 * Handles a request. The result is the response's body, and a thrown error becomes the error response. The signal is
 * aborted when the client cancels the request; a handler that cannot stop may ignore it.
 */
export type RequestHandler<Context> = (
  context: Context,
  args: Message,
  signal: AbortSignal,
) => Promise<object | undefined>;

/** Maps the names of requests to their handlers. */
export type RequestTable<Context> = Readonly<Record<string, RequestHandler<Context>>>;

function readArguments(request: DebugProtocol.Request): Message {
  const args: unknown = request.arguments;
  if (args === undefined || args === null) return {};
  if (isRecord(args)) return args;
  throw badRequestArguments(request.command, 'arguments must be an object');
}

async function run<Context>(
  request: DebugProtocol.Request,
  table: RequestTable<Context>,
  context: Context,
  signal: AbortSignal,
): Promise<object | undefined> {
  const handler = Object.hasOwn(table, request.command) ? table[request.command] : undefined;
  if (handler === undefined) throw unknownRequest(request.command);
  return handler(context, readArguments(request), signal);
}

function successOf(request: DebugProtocol.Request, body: object | undefined): DebugProtocol.Response {
  const response: DebugProtocol.Response = new Response(request);
  if (body !== undefined) response.body = body;
  return response;
}

function failureOf(request: DebugProtocol.Request, thrown: unknown): DebugProtocol.Response {
  const error = thrown instanceof DapError ? thrown : internalError(request.command, toError(thrown));
  const response: DebugProtocol.Response = new Response(request, error.message);
  response.body = { error: error.toBody() };
  return response;
}

/**
 * Runs the handler of a request and makes its only response, also for unknown requests, invalid arguments and thrown
 * errors. Never rejects.
 *
 * @param signal aborted when the client cancels the request
 */
export function respond<Context>(
  request: DebugProtocol.Request,
  table: RequestTable<Context>,
  context: Context,
  signal: AbortSignal,
): Promise<DebugProtocol.Response> {
  return run(request, table, context, signal).then(
    (body) => successOf(request, body),
    (thrown: unknown) => failureOf(request, thrown),
  );
}
