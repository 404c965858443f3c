import { cpuUs } from '../cpu.mjs';
import { ask } from '../messages.mjs';
import { systemCalls } from '../systemCalls.mjs';

/** Number of messages that the sender passes on before it waits for the kernel. */
const TURN = 100;

/** Sends lines of output from the launcher's side as fast as possible. */
export const oneWay = {
  title: 'events one way',
  measures: [
    { key: 'perSecond', title: 'small events one way', unit: '/s', higherIsBetter: true },
    { key: 'sender', title: 'CPU an event, sender', unit: 'us' },
    { key: 'receiver', title: 'CPU an event, receiver', unit: 'us' },
    { key: 'writes', title: 'writes for 100 events, sender', unit: '' },
    { key: 'reads', title: 'reads for 100 events, receiver', unit: '' },
  ],
  async run({ peer, settings }) {
    const channel = await peer.open();
    await receiveEvents(peer, channel, { ms: settings.warmUpMs, turn: TURN });
    const { count, seconds, ownUs, peerUs, reads, writes } = await receiveEvents(peer, channel, {
      ms: settings.ms,
      turn: TURN,
    });
    const calls = { writes: per100(writes, count), reads: per100(reads, count) };
    return { perSecond: count / seconds, sender: peerUs / count, receiver: ownUs / count, ...calls };
  },
};

/** Makes the peer emit events, and receives them all. */
export function receiveEvents(peer, channel, options) {
  const callsBefore = systemCalls();
  const cpuBefore = cpuUs();
  const start = performance.now();
  return new Promise((resolve) => {
    peer.receive = (message) => {
      if (message.event !== 'done') return;
      const seconds = (performance.now() - start) / 1000;
      const { count, cpuUs: peerUs, writes } = message.body;
      const reads = systemCalls()?.reads - callsBefore?.reads;
      resolve({ count, seconds, ownUs: cpuUs() - cpuBefore, peerUs, reads, writes });
    };
    channel.send(ask('emit', options));
  });
}

/** Undefined if the system does not count system calls. */
function per100(calls, count) {
  return calls >= 0 ? (100 * calls) / count : undefined;
}
