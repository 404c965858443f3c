import { cpuUs } from '../cpu.mjs';
import { command } from '../messages.mjs';
import { peerCpuUs } from './peerUsage.mjs';

const DEPTH = 64;

/** Keeps 64 requests open: each response triggers the next command. */
export const inFlight = {
  title: '64 in flight',
  measures: [
    { key: 'perSecond', title: 'round trips, 64 in flight', unit: '/s', higherIsBetter: true },
    { key: 'asking', title: 'CPU a round trip, asking side', unit: 'us' },
    { key: 'answering', title: 'CPU a round trip, answering side', unit: 'us' },
  ],
  async run({ peer, settings }) {
    const channel = await peer.open();
    await exchange(peer, channel, settings.warmUpMs);
    const peerBefore = await peerCpuUs(peer, channel);
    const { count, seconds, ownUs } = await exchange(peer, channel, settings.ms);
    const peerUs = (await peerCpuUs(peer, channel)) - peerBefore;
    return { perSecond: count / seconds, asking: ownUs / count, answering: peerUs / count };
  },
};

function exchange(peer, channel, ms) {
  const start = performance.now();
  const cpuBefore = cpuUs();
  const end = start + ms;
  let sent = 0;
  let count = 0;
  const sendOne = () => channel.send(command((sent += 1)));
  return new Promise((resolve) => {
    peer.receive = () => {
      count += 1;
      if (performance.now() < end) sendOne();
      else if (count === sent) {
        resolve({ count, seconds: (performance.now() - start) / 1000, ownUs: cpuUs() - cpuBefore });
      }
    };
    while (sent < DEPTH) sendOne();
  });
}
