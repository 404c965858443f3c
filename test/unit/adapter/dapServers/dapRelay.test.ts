import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DapRelay } from '../../../../src/adapter/dapServers/dapRelay.js';
import type { Relayed } from '../../../../src/adapter/dapServers/dapRelay.js';
import type { Message } from '../../../../src/ipc/index.js';

function request(seq: number, command: string, args?: object): Message {
  return { seq, type: 'request', command, ...(args && { arguments: args }) };
}

function response(to: Message, body?: object): Message {
  const { seq, command } = to;
  return { seq: 0, type: 'response', request_seq: seq, command, success: true, ...(body && { body }) };
}

function messageTo(end: 'client' | 'server' | 'adapter', relayed: Relayed): Message {
  expect(relayed.to).toBe(end);
  return relayed.message;
}

describe('a relay', () => {
  it("numbers what the server gets, and gives the client's number back with the answer", () => {
    const relay = new DapRelay();
    const asked = messageTo('server', relay.fromClient(request(41, 'threads')));
    expect(asked).toEqual(request(1, 'threads'));
    const answered = messageTo('client', relay.fromServer(response(asked, { threads: [] })));
    expect(answered).toEqual({ ...response(request(41, 'threads'), { threads: [] }), seq: 1 });
  });

  it('does the same for requests of the server, though it numbers none', () => {
    const relay = new DapRelay();
    const one = messageTo('client', relay.fromServer(request(0, 'runInTerminal', { args: ['a'] })));
    const two = messageTo('client', relay.fromServer(request(0, 'startDebugging', { request: 'attach' })));
    expect([one.seq, two.seq]).toEqual([1, 2]);
    const late = messageTo('server', relay.fromClient(response(two)));
    expect(late).toMatchObject({ seq: 1, request_seq: 0, command: 'startDebugging' });
    const early = messageTo('server', relay.fromClient(response(one, { processId: 7 })));
    expect(early).toMatchObject({ seq: 2, request_seq: 0, command: 'runInTerminal', body: { processId: 7 } });
  });

  it('leaves everything else as it is, what nobody knows too', () => {
    const relay = new DapRelay();
    const event = {
      seq: 9,
      type: 'event',
      event: 'vendor/odd',
      body: { line: 0, nested: [{ column: 0 }] },
      extra: 1,
    };
    expect(messageTo('client', relay.fromServer(event))).toEqual({ ...event, seq: 1 });
    const odd = { ...request(3, 'vendor/odd', {}), __proto_like: null, more: [1] };
    expect(messageTo('server', relay.fromClient(odd))).toEqual({ ...odd, seq: 1 });
  });

  it("shares the adapter's counter, and numbers its events", () => {
    let last = 10;
    const relay = new DapRelay({ nextClientSeq: () => (last += 1) });
    expect(messageTo('client', relay.fromServer({ type: 'event', event: 'a' })).seq).toBe(11);
    expect(relay.event('output', { output: 'x' })).toEqual({
      ...{ seq: 12, type: 'event', event: 'output', body: { output: 'x' } },
    });
    expect(relay.event('initialized')).toEqual({ seq: 13, type: 'event', event: 'initialized' });
  });

  it('answers by the name that the client asked by, whatever the server was asked', () => {
    const relay = new DapRelay();
    const instead = { command: 'attach', arguments: { port: 1 } };
    const asked = messageTo('server', relay.fromClient(request(5, 'launch', { a: 1 }), instead));
    expect(asked).toEqual(request(1, 'attach', { port: 1 }));
    expect(messageTo('client', relay.fromServer(response(asked)))).toMatchObject({
      ...{ request_seq: 5, command: 'launch' },
    });
  });

  it("keeps the adapter's own requests from the client", () => {
    const relay = new DapRelay();
    const client = messageTo('server', relay.fromClient(request(7, 'threads')));
    const own = relay.request(7, 'initialize', { adapterID: 'x' });
    expect(own).toEqual(request(2, 'initialize', { adapterID: 'x' }));
    expect(messageTo('adapter', relay.fromServer(response(own, { a: 1 })))).toMatchObject({
      ...{ request_seq: 7, body: { a: 1 } },
    });
    expect(messageTo('client', relay.fromServer(response(client))).request_seq).toBe(7);
  });

  it.each([
    ['an answer to nothing', { type: 'response', request_seq: 99, success: true }],
    ['an answer without a number', { type: 'response', success: true }],
    ['what is no message', { type: 'telegram' }],
    ['what has no type', {}],
  ])('passes %s to nobody, and says why', (_what, message) => {
    expect(new DapRelay().fromServer(message)).toMatchObject({ to: 'nobody', why: /./ });
    expect(new DapRelay().fromClient(message)).toMatchObject({ to: 'nobody', why: /./ });
  });

  it('passes a second answer to nobody', () => {
    const relay = new DapRelay();
    const asked = messageTo('server', relay.fromClient(request(1, 'threads')));
    relay.fromServer(response(asked));
    expect(relay.fromServer(response(asked)).to).toBe('nobody');
  });

  it('refuses more requests than may wait, at either end', () => {
    const relay = new DapRelay({ maxPendingRequests: 1 });
    relay.fromClient(request(1, 'threads'));
    expect(messageTo('client', relay.fromClient(request(2, 'threads')))).toMatchObject({
      ...{ type: 'response', request_seq: 2, command: 'threads', success: false, message: /1 requests wait/ },
    });
    relay.fromServer(request(1, 'runInTerminal'));
    expect(messageTo('server', relay.fromServer(request(2, 'runInTerminal')))).toMatchObject({
      ...{ request_seq: 2, success: false },
    });
  });

  it('gives up a request that could not be sent, once', () => {
    const relay = new DapRelay();
    const asked = messageTo('server', relay.fromClient(request(4, 'threads')));
    const own = relay.request(1, 'initialize', {});
    const failure = { message: 'no room', body: { error: { id: 1 } } };
    expect(relay.failRequest(asked.seq, failure)).toMatchObject({
      ...{ type: 'response', request_seq: 4, command: 'threads', success: false, ...failure },
    });
    expect(relay.failRequest(asked.seq, failure)).toBeUndefined();
    expect(relay.failRequest(own.seq, failure)).toBeUndefined();
  });
});

describe('cancel', () => {
  it('is sent with the number that the request went by', () => {
    const relay = new DapRelay();
    relay.fromClient(request(10, 'threads'));
    relay.fromClient(request(11, 'evaluate'));
    const cancelled = messageTo('server', relay.fromClient(request(12, 'cancel', { requestId: 11 })));
    expect(cancelled).toEqual(request(3, 'cancel', { requestId: 2 }));
  });

  it('is answered with success where the request is answered already: its number is now of another', () => {
    const relay = new DapRelay();
    const asked = messageTo('server', relay.fromClient(request(10, 'evaluate')));
    relay.fromServer(response(asked));
    expect(messageTo('client', relay.fromClient(request(11, 'cancel', { requestId: 10 })))).toMatchObject({
      ...{ type: 'response', request_seq: 11, command: 'cancel', success: true },
    });
  });

  it('of progress goes as it is, without the number of a request that is answered', () => {
    const relay = new DapRelay();
    const both = request(1, 'cancel', { requestId: 99, progressId: 'p' });
    expect(messageTo('server', relay.fromClient(both)).arguments).toEqual({ progressId: 'p' });
    const progress = request(2, 'cancel', { progressId: 'p' });
    expect(messageTo('server', relay.fromClient(progress)).arguments).toEqual({ progressId: 'p' });
    expect(messageTo('server', relay.fromClient(request(3, 'cancel'))).arguments).toBeUndefined();
  });

  it('does not reach the requests of the other end, nor those of the adapter', () => {
    const relay = new DapRelay();
    relay.request(5, 'initialize', {});
    relay.fromServer(request(5, 'runInTerminal'));
    expect(relay.fromClient(request(6, 'cancel', { requestId: 5 })).to).toBe('client');
  });
});

type Side = 'client' | 'server';

/** One thing that one side does; `pick` says which of its waiting requests it answers. */
const steps = fc.array(
  fc.record({
    side: fc.constantFrom<Side>('client', 'server'),
    does: fc.constantFrom('request', 'event', 'answer', 'own', 'cancel'),
    pick: fc.nat(100),
    body: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
  }),
  { maxLength: 60 },
);

describe('any conversation', () => {
  it('has every request answered once, to who asked, by its own number, in order, and counts by one', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (script, serverNumbers) => {
        const relay = new DapRelay();
        const lastSeq = { client: 0, server: 0 };
        const inbox: Record<Side, Message[]> = { client: [], server: [] };
        const toAdapter: Message[] = [];
        const asked: Record<Side, Map<number, unknown>> = { client: new Map(), server: new Map() };
        const answers: Record<Side, Message[]> = { client: [], server: [] };
        const expectedAnswers: Record<Side, unknown[]> = { client: [], server: [] };
        let token = 0;
        let ownAsked = 0;

        const deliver = (side: Side, message: Message): void => {
          lastSeq[side] += 1;
          expect(message.seq).toBe(lastSeq[side]);
          if (message.type === 'request') inbox[side].push(message);
          if (message.type === 'response') answers[side].push(message);
        };
        const take = (relayed: Relayed): void => {
          if (relayed.to === 'adapter') toAdapter.push(relayed.message);
          else if (relayed.to !== 'nobody') deliver(relayed.to, relayed.message);
        };
        const send = (side: Side, message: Message): Relayed =>
          side === 'client' ? relay.fromClient(message) : relay.fromServer(message);

        for (const { side, does, pick, body } of script) {
          const other = side === 'client' ? 'server' : 'client';
          token += 1;
          if (does === 'request') {
            // A client counts; servers do as they like.
            const seq = side === 'client' || serverNumbers ? token : 0;
            const sent = { ...request(seq, `command${token}`, body), token };
            asked[side].set(token, seq);
            const relayed = send(side, sent);
            expect(relayed.message).toEqual({ ...sent, seq: lastSeq[other] + 1 });
            take(relayed);
          } else if (does === 'event') {
            const sent = { seq: 0, type: 'event', event: `event${token}`, body };
            const relayed = send(side, sent);
            expect(relayed.message).toEqual({ ...sent, seq: lastSeq[other] + 1 });
            take(relayed);
          } else if (does === 'answer') {
            const [one] = inbox[side].splice(pick % Math.max(inbox[side].length, 1), 1);
            if (one === undefined) continue;
            if (one.own === undefined && one.command !== 'cancel') expectedAnswers[other].push(one.token);
            take(send(side, { ...response(one, body), token: one.token }));
            expect(send(side, response(one)).to).toBe('nobody');
          } else if (does === 'own') {
            ownAsked += 1;
            deliver('server', { ...relay.request(ownAsked, 'own', {}), own: ownAsked });
          } else if (side === 'client') {
            const waiting = inbox.server.filter((one) => one.token !== undefined);
            const target = waiting[pick % Math.max(waiting.length, 1)];
            if (target === undefined) continue;
            const requestId = asked.client.get(target.token as number);
            const relayed = relay.fromClient(request(1_000 + token, 'cancel', { requestId }));
            expect(relayed.message.arguments).toEqual({ requestId: target.seq });
            take(relayed);
          }
        }

        for (const side of ['client', 'server'] as const) {
          const toRequests = answers[side].filter(({ command }) => command !== 'cancel');
          expect(toRequests.map((one) => one.token)).toEqual(expectedAnswers[side]);
          for (const one of toRequests) expect(one.request_seq).toBe(asked[side].get(one.token as number));
        }
        expect(toAdapter.length).toBe(ownAsked - inbox.server.filter(({ own }) => own !== undefined).length);

        const unanswered = inbox.server.filter(({ token: one }) => one !== undefined).map((one) => one.token);
        const failed = relay.failPending((command) => ({ message: `${command} failed` }));
        for (const one of failed) deliver('client', one);
        const seqs = failed.filter(({ command }) => command !== 'cancel').map((one) => one.request_seq);
        expect(seqs).toEqual(unanswered.map((one) => asked.client.get(one as number)));
        expect(relay.failPending(() => ({ message: 'again' }))).toEqual([]);
        for (const one of [...inbox.server, ...inbox.client]) {
          const from = inbox.server.includes(one) ? 'server' : 'client';
          expect(send(from, response(one)).to).toBe('nobody');
        }
      }),
      { numRuns: 300 },
    );
  });
});
