import { cpuUs } from '../cpu.mjs';
import { ask } from '../messages.mjs';

/** Messages that the sender hands over before it waits for the kernel. */
const TURN = 100;

/** Lines of output from the launcher's side, as fast as they go. */
export const oneWay = {
  title: 'events one way',
  measures: [
    { key: 'perSecond', title: 'small events one way', unit: '/s', higherIsBetter: true },
    { key: 'sender', title: 'CPU an event, sender', unit: 'us' },
    { key: 'receiver', title: 'CPU an event, receiver', unit: 'us' },
  ],
  async run({ peer, settings }) {
    const channel = await peer.open();
    await receiveEvents(peer, channel, { ms: settings.warmUpMs, turn: TURN });
    const { count, seconds, ownUs, peerUs } = await receiveEvents(peer, channel, {
      ms: settings.ms,
      turn: TURN,
    });
    return { perSecond: count / seconds, sender: peerUs / count, receiver: ownUs / count };
  },
};

/** Has the peer emit events and takes them all. */
export function receiveEvents(peer, channel, options) {
  const cpuBefore = cpuUs();
  const start = performance.now();
  return new Promise((resolve) => {
    peer.receive = (message) => {
      if (message.event !== 'done') return;
      const seconds = (performance.now() - start) / 1000;
      resolve({ count: message.body.count, seconds, ownUs: cpuUs() - cpuBefore, peerUs: message.body.cpuUs });
    };
    channel.send(ask('emit', options));
  });
}
