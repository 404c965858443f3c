import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { PendingRequests } from './pendingRequests.js';
import type { PendingRequest } from './pendingRequests.js';

/** An end of a relay. */
type End = 'client' | 'server';

/** A message, and where it is to go now: the two ends, the adapter itself, or nobody, for the reason given. */
export type Relayed =
  | { readonly to: End | 'adapter'; readonly message: Message }
  | { readonly to: 'nobody'; readonly message: Message; readonly why: string };

/** Why a request fails, as its response tells it. */
export interface RequestFailure {
  readonly message: string;
  readonly body?: object | undefined;
}

export interface DapRelayOptions {
  /**
   * Gives the `seq` of the next message to the client. Default: counts from 1. An adapter that also sends
   * messages of its own shares its counter, or has `event` number them.
   */
  readonly nextClientSeq?: (() => number) | undefined;
  /** Requests that may wait for their answers at one end at the same time; one more fails. Default 10,000. */
  readonly maxPendingRequests?: number | undefined;
}

const DEFAULT_MAX_PENDING_REQUESTS = 10_000;

/**
 * Relays a session of the Debug Adapter Protocol between a client and a DAP server, for an adapter that
 * stands between them: over an `IPCManager` with `framing: 'content-length'`, for instance.
 *
 * It does no I/O. Each message that comes goes in by `fromClient` or `fromServer`, and what comes out is to be
 * sent at once, in that order, to where it says. Requests, responses and events pass in both directions,
 * known or not, every field as it is but these:
 *
 * - `seq` counts on at each end, without regard to what the other end counted;
 * - `request_seq` of a response is the `seq` that the request had where it was made, and `command` its name there;
 * - `arguments.requestId` of `cancel` is the request's `seq` where it went to. Where that is answered already, so
 *   is the `cancel`, with success.
 *
 * Each request is answered once: what answers nothing, or a second time, goes to nobody; what the server leaves
 * unanswered is answered by `failPending`.
 */
export class DapRelay {
  private readonly nextSeq: Record<End, () => number>;
  /** By the end that has to answer. */
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
   * @param replaced fields of a request that the server is to get in place of the client's
   */
  fromClient(message: Message, replaced: Message = {}): Relayed {
    return this.pass('client', message, replaced);
  }

  /** Takes a message of the server. */
  fromServer(message: Message): Relayed {
    return this.pass('server', message, {});
  }

  /**
   * A request of the adapter's own, as the server gets it. Its response comes out of `fromServer` for
   * `adapter`, with `request_seq` as `ownSeq`.
   */
  request(ownSeq: number, command: string, args: Message): Message {
    const seq = this.nextSeq.server();
    this.pending.server.add(seq, { requester: 'adapter', seq: ownSeq, command });
    return { seq, type: 'request', command, arguments: args };
  }

  /** An event of the adapter's own, as the client gets it. */
  event(event: string, body?: object): Message {
    return { seq: this.nextSeq.client(), type: 'event', event, ...(body && { body }) };
  }

  /**
   * Gives up a request that could not be sent to the server, by the `seq` that it was to be sent with.
   *
   * @returns its response for the client; undefined where it is none of the client's, or is answered
   */
  failRequest(serverSeq: unknown, failure: RequestFailure): Message | undefined {
    const request = this.pending.server.remove(serverSeq);
    return request?.requester === 'client' ? this.failureOf('client', request, failure) : undefined;
  }

  /**
   * The server has gone: gives up all that waits for it.
   *
   * @param failure why the request of that name fails
   * @returns responses for the client, one for each of its requests, in their order
   */
  failPending(failure: (command: string) => RequestFailure): Message[] {
    this.pending.client.removeAll(); // nobody is left to take the client's answers
    return this.pending.server
      .removeAll()
      .filter(({ requester: requester }) => requester === 'client')
      .map((request) => this.failureOf('client', request, failure(String(request.command))));
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
    const request = { asker: from, seq: message.seq, command: message.command };
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
    const { requester: asker, seq: request_seq, command } = request;
    if (asker === 'adapter') return { to: asker, message: { ...message, request_seq } };
    return { to, message: { ...message, seq: this.nextSeq[to](), request_seq, command } };
  }

  private failureOf(to: End, request: PendingRequest, { message, body }: RequestFailure): Message {
    return this.responseTo(to, request, { success: false, message, ...(body && { body }) });
  }

  private responseTo(to: End, { seq: request_seq, command }: PendingRequest, result: Message): Message {
    return { seq: this.nextSeq[to](), type: 'response', request_seq, command, ...result };
  }
}

/** A `cancel` as the other end understands it; undefined where there is nothing left to cancel. */
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
