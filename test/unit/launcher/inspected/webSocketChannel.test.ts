import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { WebSocketChannel } from '../../../../src/launcher/inspected/webSocketChannel.js';
import { within } from '../../../support/within.js';

/** A channel to an inspector that never answers. */
async function silentInspector(): Promise<{ channel: WebSocketChannel; peer: WebSocket }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const address = { path: undefined, host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const channel = await WebSocketChannel.connect(address, '/', 5_000);
  onTestFinished(async () => {
    channel.close();
    await within(
      new Promise((resolve) => {
        server.close(resolve);
      }),
      'the server closes',
    );
  });
  return { channel, peer: (await connected)[0] };
}

/** Sends a command. Resolves with the reason why there is no response. */
function failureOf(channel: WebSocketChannel): Promise<string> {
  return new Promise((resolve) => {
    channel.post('Runtime.evaluate', { expression: '1' }, (error) => resolve(String(error?.message)));
  });
}

describe('a command without a response', () => {
  it('fails when the inspector ends the connection, and so does a later one', async () => {
    const { channel, peer } = await silentInspector();
    const failed = failureOf(channel);
    await once(peer, 'message');
    peer.terminate();
    expect(await within(failed, 'the command fails')).toBe('the connection to the inspector has ended');
    expect(await within(failureOf(channel), 'a later one fails')).toContain('has ended');
  });

  it('fails when the channel is closed', async () => {
    const { channel } = await silentInspector();
    const failed = failureOf(channel);
    channel.close();
    expect(await within(failed, 'the command fails')).toBe('the connection to the inspector was closed');
  });
});
