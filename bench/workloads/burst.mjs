import { receiveEvents } from './oneWay.mjs';

/** Number of events of a program that prints in a loop without waiting. */
const EVENTS = 100_000;
const LONGEST_MS = 60_000;

/** Sends lines of output all at once, so that the sender must queue them. */
export const burst = {
  title: 'a burst of events',
  maxRounds: 3,
  measures: [{ key: 'perSecond', title: '100,000 events at once', unit: '/s', higherIsBetter: true }],
  skipped: { oursWithoutAuth: 'as ours', multiprocessing: 'its host works by time alone' },
  async run({ peer }) {
    const channel = await peer.open();
    await receiveEvents(peer, channel, { ms: LONGEST_MS, turn: 100, count: EVENTS / 10 });
    const { count, seconds } = await receiveEvents(peer, channel, {
      ms: LONGEST_MS,
      turn: EVENTS,
      count: EVENTS,
    });
    return { perSecond: count / seconds };
  },
};
