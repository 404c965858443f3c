import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src/ipc/core/messages.js';
import { canHalfClose, listening, openPair, openWithRawPeer } from '../../../support/connectionPair.js';
import type { Carrier } from '../../../support/connectionPair.js';
import { numbered, readAll } from '../../../support/readAll.js';
import { connectRaw } from '../../../support/rawPeer.js';
import { rejectionOf } from '../../../support/rejection.js';
import { wireOf } from '../../../support/wires.js';
import { within } from '../../../support/within.js';

const MIB = 1024 * 1024;

/** The behaviour of a connection over any transport: input from the peer. */
export function connectionInput(carrier: Carrier): void {
  describe(`the peer's end over ${carrier.name}`, () => {
    peersEnd(carrier);
  });
  describe(`what is no message over ${carrier.name}`, () => {
    badInput(carrier);
  });
  describe(`reading over ${carrier.name}`, () => {
    reading(carrier);
  });
}

function peersEnd(carrier: Carrier): void {
  const { frame, header, parse } = wireOf(carrier.config.framing);

  it('comes after all that the peer wrote, also when it was gone before the accept', async () => {
    // Over TCP nobody can say whose process an ended one was, so that it would be refused.
    const isTcp = carrier.config.transport === 'tcp';
    const { adapter, endpoint } = await listening(carrier, isTcp ? { allowOtherUsers: true } : {});
    const peer = await connectRaw(endpoint);
    await peer.write(Buffer.concat(numbered(100).map((message) => frame(message))));
    peer.destroy();
    await within(adapter.accept(), 'the accept');
    expect(await readAll(adapter)).toEqual(numbered(100));
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer' });
  });

  it('between frames is clean', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    await peer.write(frame({ event: 'only' }));
    peer.end();
    expect(await readAll(adapter)).toEqual([{ event: 'only' }]);
    expect(await within(adapter.closed, 'the end')).toEqual({
      by: 'peer',
      clean: true,
      reason: 'closed by the peer',
    });
  });

  it.each([
    ['a header', header(20).subarray(0, 3), 'no more than 3 bytes of its header came'],
    ['a payload', Buffer.concat([header(20), Buffer.from('{"ev')]), '16 of 20 payload bytes missing'],
  ])('inside %s is a truncation, told once', async (_, part, what) => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    const whole = frame({ event: 'whole' });
    await peer.write(Buffer.concat([whole, part]));
    peer.end();
    expect(await within(adapter.readMessage(), 'the whole message')).toEqual({ event: 'whole' });
    const error = await rejectionOf(adapter.readMessage());
    expect(error).toMatchObject({ code: 'ERR_IPC_FRAME_TRUNCATED', offset: whole.length });
    expect(error.message).toContain(what);
    expect(await within(adapter.readMessage(), 'the end')).toBeNull();
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer', clean: false, error });
  });

  it.runIf(canHalfClose(carrier))('leaves time for what was still to be sent to it', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    const text = 'x'.repeat(16 * MIB);
    const sent = adapter.writeMessage({ text });
    const read = adapter.readMessage();
    peer.end();
    expect(await within(read, 'the end')).toBeNull();
    expect(parse(await peer.readToEnd())).toEqual([{ text }]);
    await within(sent, 'the send');
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'peer', clean: true });
  });
}

function badInput(carrier: Carrier): void {
  const { frame, header, httpErrorCode: codeOfHttp } = wireOf(carrier.config.framing);

  it('ends the connection where it is no frame: told once, after the messages before it', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    const before = frame({ event: 'before' });
    await peer.write(Buffer.concat([before, Buffer.from('GET / HTTP/1.1\r\n'), frame({ event: 'after' })]));
    expect(await within(adapter.readMessage(), 'the message before')).toEqual({ event: 'before' });
    const error = await rejectionOf(adapter.readMessage());
    expect(error).toMatchObject({ code: codeOfHttp, offset: before.length });
    expect(await within(adapter.readMessage(), 'the end')).toBeNull();
    expect(await within(adapter.closed, 'the end')).toMatchObject({ by: 'local', clean: false, error });
    expect(await rejectionOf(adapter.writeMessage({}))).toBe(error);
    await peer.readToEnd().catch(() => undefined);
  });

  it('ends the connection where a frame is over the limit', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier, { maxFrameBytes: 100 });
    await peer.write(header(101));
    expect((await rejectionOf(adapter.readMessage())).code).toBe('ERR_IPC_FRAME_TOO_LARGE');
    await within(adapter.closed, 'the end');
  });

  it('is told and passed over where a good frame holds no message', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    const contents = ['{"n":1}', 'not json', '{"n":2}', '[1]', Buffer.from([0x22, 0xff, 0x22]), '{"n":3}'];
    await peer.write(Buffer.concat(contents.map((content) => frame(content))));
    for (const expected of [1, undefined, 2, undefined, undefined, 3]) {
      if (expected === undefined) {
        expect((await rejectionOf(adapter.readMessage())).code).toBe('ERR_IPC_BAD_MESSAGE');
      } else expect(await within(adapter.readMessage(), 'a message')).toEqual({ n: expected });
    }
    expect(adapter.state).toBe('open');
    await adapter.writeMessage({ still: 'here' });
  });

  it('refuses to send what is none or is too large, and goes on', async () => {
    const { adapter, launcher } = await openPair(carrier, { adapter: { maxFrameBytes: 1_000 } });
    const refused = [{ big: 1n }, { text: 'x'.repeat(1_000) }].map((message) =>
      rejectionOf(adapter.writeMessage(message)),
    );
    expect((await Promise.all(refused)).map(({ code }) => code)).toEqual([
      'ERR_IPC_UNSERIALIZABLE',
      'ERR_IPC_FRAME_TOO_LARGE',
    ]);
    await adapter.writeMessage({ fine: true });
    expect(await within(launcher.readMessage(), 'the message')).toEqual({ fine: true });
  });
}

function reading(carrier: Carrier): void {
  const { frame } = wireOf(carrier.config.framing);

  it('is for one reader: a second read while one waits is refused and does not disturb it', async () => {
    const { adapter, launcher } = await openPair(carrier);
    const first = adapter.readMessage();
    expect((await rejectionOf(adapter.readMessage())).code).toBe('ERR_IPC_STATE');
    expect((await rejectionOf(adapter.consume(() => undefined))).code).toBe('ERR_IPC_STATE');
    await launcher.writeMessage({ for: 'the first' });
    expect(await within(first, 'the first read')).toEqual({ for: 'the first' });
  });

  it('iterates over the messages up to the end', async () => {
    const { adapter, launcher } = await openPair(carrier);
    for (const message of numbered(20)) void launcher.writeMessage(message);
    const iterated: Message[] = [];
    const all = (async () => {
      for await (const message of adapter) iterated.push(message);
    })();
    await Promise.all([launcher.close(), within(all, 'the end of the iteration')]);
    expect(iterated).toEqual(numbered(20));
  });

  it('hands a consumer what had come, then each as it comes, until the end', async () => {
    const { adapter, peer } = await openWithRawPeer(carrier);
    await peer.write(Buffer.concat([frame({ n: 1 }), frame('oops'), frame({ n: 3 })]));
    expect(await within(adapter.readMessage(), 'the first')).toEqual({ n: 1 });
    const items: unknown[] = [];
    const end = adapter.consume((item) => void items.push(item));
    expect(items).toEqual([expect.objectContaining({ code: 'ERR_IPC_BAD_MESSAGE' }), { n: 3 }]);
    await peer.write(frame({ n: 4 }));
    peer.end();
    await within(end, 'the end');
    expect(items.slice(2)).toEqual([{ n: 4 }]);
    expect(await within(adapter.readMessage(), 'after the end')).toBeNull();
  });
}
