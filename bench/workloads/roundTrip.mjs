import { command } from '../messages.mjs';
import { median } from '../statistics.mjs';

/** Sends one request at a time: measures the time from a command to its response. */
export const roundTrip = {
  title: 'round trip',
  measures: [{ key: 'medianUs', title: 'round trip, median', unit: 'us' }],
  async run({ peer, settings }) {
    const channel = await peer.open();
    await exchange(peer, channel, settings.warmUpMs);
    const times = await exchange(peer, channel, settings.ms);
    return { medianUs: median(times) * 1000 };
  },
};

function exchange(peer, channel, ms) {
  const times = [];
  const end = performance.now() + ms;
  return new Promise((resolve) => {
    let start = performance.now();
    peer.receive = () => {
      const now = performance.now();
      times.push(now - start);
      if (now >= end) return resolve(times);
      start = now;
      channel.send(command(times.length));
    };
    channel.send(command(0));
  });
}
