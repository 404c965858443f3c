import { describe, expect, it } from 'vitest';
import { defer } from '../../../../src/ipc/core/deferred.js';
import type { Message } from '../../../../src/ipc/core/messages.js';
import { endpointIn, listeningManager } from '../../../support/managers.js';
import { rawFrame } from '../../../support/rawFrames.js';
import { connectRaw } from '../../../support/rawPeer.js';
import { settlesSoon } from '../../../support/turns.js';
import { eventually, within } from '../../../support/within.js';

/** Makes a paced reader, and a peer of bytes. The reader handles each message until `step` is called. */
async function pacedReader() {
  const { adapter, config } = await listeningManager({ auth: 'off', maxBufferedBytes: 64 * 1024 });
  const messages: Message[] = [];
  const errors: Error[] = [];
  let gate = defer<void>();
  const handler = (message: Message): Promise<void> => {
    messages.push(message);
    return gate.promise;
  };
  adapter.startReader(handler, { accept: true, paced: true, onError: (error) => void errors.push(error) });
  const peer = await connectRaw(endpointIn(config));
  await within(adapter.connected, 'the peer is in');
  const step = (failure?: Error): void => {
    const { resolve, reject } = gate;
    gate = defer<void>();
    if (failure === undefined) resolve();
    else reject(failure);
  };
  return { adapter, peer, messages, errors, step };
}

describe('a paced reader', () => {
  it('takes the next message when the handler is done with the last, also where it failed', async () => {
    const { peer, messages, errors, step } = await pacedReader();
    await peer.write(
      Buffer.concat([rawFrame({ n: 1 }), rawFrame('oops'), rawFrame({ n: 2 }), rawFrame({ n: 3 })]),
    );
    await eventually(() => messages.length === 1, 'the first message');
    step(new Error('rejected'));
    await eventually(() => messages.length === 2, 'the second message');
    expect(messages).toEqual([{ n: 1 }, { n: 2 }]);
    step();
    await eventually(() => messages.length === 3, 'the third message');
    expect(errors.map(({ message }) => message.replace(/:.*/, ''))).toEqual([
      'rejected',
      'a message is not JSON',
    ]);
    step();
  });

  it('stops a peer that sends more than may be buffered, and lets it go on', async () => {
    const { adapter, peer, messages, step } = await pacedReader();
    const text = 'x'.repeat(64 * 1024);
    let written = 0;
    const sending = (async () => {
      for (; written < 200; written += 1) await peer.write(rawFrame({ text }));
    })();
    await eventually(
      () => peer.socket.writableNeedDrain || peer.socket.writableLength > 0,
      'a peer that has to wait',
    );
    expect(written).toBeLessThan(200);
    // The pace of the reader.
    const stepping = setInterval(step, 1);
    await within(sending, 'all is sent', 20_000);
    peer.end();
    await within(adapter.allRead, 'all is read', 20_000);
    clearInterval(stepping);
    expect(messages).toHaveLength(200);
  });

  it('is not done when the connection is, but when it has handed over what came before', async () => {
    const { adapter, peer, messages, step } = await pacedReader();
    await peer.write(Buffer.concat([rawFrame({ n: 1 }), rawFrame({ n: 2 })]));
    peer.end();
    await within(adapter.closed, 'the end');
    expect(messages).toEqual([{ n: 1 }]);
    expect(await settlesSoon(adapter.allRead)).toBe(false);
    step();
    await eventually(() => messages.length === 2, 'the second message');
    step();
    await within(adapter.allRead, 'all is read');
  });

  it('is done where nobody came', async () => {
    const { adapter } = await listeningManager({ auth: 'off' });
    adapter.startReader(() => undefined, { accept: true, paced: true });
    await adapter.cleanup();
    await within(adapter.allRead, 'all is read');
  });
});
