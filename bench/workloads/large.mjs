import { ask } from '../messages.mjs';

const BYTES_PER_KIB = 1024;

/** Sends one message of many MiB, from the object on one side to the object on the other. */
export const large = {
  title: 'one large message',
  maxRounds: 3,
  measures: [
    { key: 'seconds', title: 'one message of 64 MiB', unit: 's' },
    { key: 'peak', title: 'its peak memory in the receiver, times its size', unit: 'x' },
  ],
  skipped: {
    oursWithoutAuth: 'as ours',
    oursJsonrpc: 'as ours, less what JSON-RPC adds: the message has the length of the largest frame',
    oursConnection: 'as ours, jsonrpc',
  },
  async run({ peer, settings }) {
    const channel = await peer.open();
    await receiveLarge(peer, channel, BYTES_PER_KIB);
    const before = process.memoryUsage.rss();
    const seconds = await receiveLarge(peer, channel, settings.largeBytes);
    const peak = process.resourceUsage().maxRSS * BYTES_PER_KIB - before;
    return { seconds, peak: peak / settings.largeBytes };
  },
};

/** Makes the peer send one message of this size. Returns the seconds until it has arrived. */
export function receiveLarge(peer, channel, bytes) {
  const start = performance.now();
  return new Promise((resolve) => {
    peer.receive = () => resolve((performance.now() - start) / 1000);
    channel.send(ask('large', { bytes }));
  });
}
