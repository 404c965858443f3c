import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { PendingRequests } from './pendingRequests.js';
import type { PendingRequest } from './pendingRequests.js';

/** An end of a relay. */
type End = 'client' | 'server';

/** A message and its receiver: one of the two ends or the adapter. `nobody`: the message is dropped because of `why`. */
export type Relayed =
  | { readonly to: End | 'adapter'; readonly message: Message }
  | { readonly to: 'nobody'; readonly message: Message; readonly why: string };

/** The reason why a request fails, as its response contains it. */
export interface RequestFailure {
  readonly message: string;
  readonly body?: object | undefined;
}

/** Options of a relay. */
export interface DapRelayOptions {
  /**
   * Returns the `seq` of the next message to the client. Default: counts from 1. An adapter that sends messages itself
   * must share its counter here, or make them with `event`.
   */
  readonly nextClientSeq?: (() => number) | undefined;
  /** The number of requests that may be pending at one end. Further requests fail. Default 10,000. */
  readonly maxPendingRequests?: number | undefined;
}

const DEFAULT_MAX_PENDING_REQUESTS = 10_000;

/**
 * Relays a session of the Debug Adapter Protocol between a client and a DAP server, for an adapter between the two. The
 * server may be connected by an `IPCManager` with `framing: 'content-length'`, for example.
 *
 * The relay does no I/O. Pass each received message to `fromClient` or `fromServer`, and send the result to its
 * receiver at once, in the same order. Requests, responses and events pass in both directions, known or not, and only
 * these fields change:
 *
 * - `seq` is counted separately for each end;
 * - `request_seq` and `command` of a response are the `seq` and `command` that the requester used;
 * - `arguments.requestId` of `cancel` becomes the `seq` of the request at the other end. If that request has its
 *   response already, the relay responds to the `cancel` with success.
 *
 * Each request gets one response. A second response, or one without a request, is dropped. `failPending` responds to
 * the requests that the server has left without a response.
 */
export class DapRelay {
  private readonly nextSeq: Record<End, () => number>;
  /** The pending requests, by the end that must respond. */
  private readonly pending: Record<End, PendingRequests> = {
    client: new PendingRequests(),
    server: new PendingRequests(),
  };
  private readonly maxPendingRequests: number;

  constructor(options: DapRelayOptions = {}) {
    this.nextSeq = { client: options.nextClientSeq ?? counter(), server: counter() };
    this.maxPendingRequests = options.maxPendingRequests ?? DEFAULT_MAX_PENDING_REQUESTS;
  }

  /**
   * Takes a message of the client.
   *
   * @param replaced fields that replace those of the client's request
   */
  fromClient(message: Message, replaced: Message = {}): Relayed {
    return this.pass('client', message, replaced);
  }

  /** Takes a message of the server. */
  fromServer(message: Message): Relayed {
    return this.pass('server', message, {});
  }

  /**
   * Makes a request of the adapter to the server. `fromServer` returns its response for `adapter`, with `ownSeq` as
   * `request_seq`.
   */
  request(ownSeq: number, command: string, args: Message): Message {
    const seq = this.nextSeq.server();
    this.pending.server.add(seq, { requester: 'adapter', seq: ownSeq, command });
    return { seq, type: 'request', command, arguments: args };
  }

  /** Makes an event of the adapter to the client. */
  event(event: string, body?: object): Message {
    return { seq: this.nextSeq.client(), type: 'event', event, ...(body && { body }) };
  }

  /**
   * Fails a request that could not be sent to the server.
   *
   * @param serverSeq the request's `seq` at the server
   * @returns the response for the client; undefined if the client has no pending request with this `serverSeq`
   */
  failRequest(serverSeq: unknown, failure: RequestFailure): Message | undefined {
    const request = this.pending.server.remove(serverSeq);
    return request?.requester === 'client' ? this.failureOf('client', request, failure) : undefined;
  }

  /**
   * Fails all pending requests, because the server has gone.
   *
   * @param failure returns the reason for a command
   * @returns a response for each request of the client, in the order of the requests
   */
  failPending(failure: (command: string) => RequestFailure): Message[] {
    this.pending.client.removeAll(); // The client's responses have no receiver any more.
    return this.pending.server
      .removeAll()
      .filter(({ requester }) => requester === 'client')
      .map((request) =>
        this.failureOf(
          'client',
          request,
          failure(typeof request.command === 'string' ? request.command : 'without a name'),
        ),
      );
  }

  private pass(from: End, message: Message, replaced: Message): Relayed {
    const to = from === 'client' ? 'server' : 'client';
    switch (message.type) {
      case 'request':
        return this.passRequest(from, to, message, replaced);
      case 'response':
        return this.passResponse(from, to, message);
      case 'event':
        return { to, message: { ...message, seq: this.nextSeq[to]() } };
      default:
        return { to: 'nobody', message, why: 'neither request nor response nor event' };
    }
  }

  private passRequest(from: End, to: End, message: Message, replaced: Message): Relayed {
    const pending = this.pending[to];
    const request = { requester: from, seq: message.seq, command: message.command };
    if (pending.size >= this.maxPendingRequests) {
      const tooMany = `${pending.size} requests wait for their answers already`;
      return { to: from, message: this.failureOf(from, request, { message: tooMany }) };
    }
    const sent = message.command === 'cancel' ? translateCancel(message, from, pending) : message;
    if (sent === undefined) return { to: from, message: this.responseTo(from, request, { success: true }) };
    const seq = this.nextSeq[to]();
    pending.add(seq, request);
    return { to, message: { ...sent, ...replaced, seq } };
  }

  private passResponse(from: End, to: End, message: Message): Relayed {
    const request = this.pending[from].remove(message.request_seq);
    if (request === undefined) {
      return { to: 'nobody', message, why: 'it answers no request that waits for an answer' };
    }
    const { requester, seq: request_seq, command } = request;
    if (requester === 'adapter') return { to: requester, message: { ...message, request_seq } };
    return { to, message: { ...message, seq: this.nextSeq[to](), request_seq, command } };
  }

  private failureOf(to: End, request: PendingRequest, { message, body }: RequestFailure): Message {
    return this.responseTo(to, request, { success: false, message, ...(body && { body }) });
  }

  private responseTo(to: End, { seq: request_seq, command }: PendingRequest, result: Message): Message {
    return { seq: this.nextSeq[to](), type: 'response', request_seq, command, ...result };
  }
}

/** Translates a `cancel` for the other end. Undefined if nothing is left to cancel. */
function translateCancel(message: Message, from: End, pending: PendingRequests): Message | undefined {
  const args = message.arguments;
  if (!isRecord(args) || args.requestId === undefined) return message;
  const { requestId, ...others } = args;
  const sentSeq = pending.sentSeqOf(from, requestId);
  if (sentSeq !== undefined) return { ...message, arguments: { ...args, requestId: sentSeq } };
  return others.progressId === undefined ? undefined : { ...message, arguments: others };
}

function counter(): () => number {
  let last = 0;
  return () => (last += 1);
}
