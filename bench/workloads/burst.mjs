import { receiveEvents } from './oneWay.mjs';

/** The numbers of events of programs that print in a loop without waiting. */
const EVENTS = [100_000, 200_000, 1_000_000];
const WARM_UP_EVENTS = 10_000;
const LONGEST_MS = 60_000;

/** Sends lines of output all at once, so that the sender must queue them: 14 MB for 100,000 of them. */
export const burst = {
  title: 'a burst of events',
  maxRounds: 3,
  measures: EVENTS.map((events) => ({
    key: `${events}`,
    title: `${events.toLocaleString('en')} events at once`,
    unit: '/s',
    higherIsBetter: true,
  })),
  skipped: { oursWithoutAuth: 'as ours', multiprocessing: 'its host works by time alone' },
  async run({ peer }) {
    const channel = await peer.open();
    await receiveEvents(peer, channel, { ms: LONGEST_MS, turn: 100, count: WARM_UP_EVENTS });
    const results = {};
    for (const events of EVENTS) {
      const { count, seconds } = await receiveEvents(peer, channel, {
        ms: LONGEST_MS,
        turn: events,
        count: events,
      });
      results[events] = count / seconds;
    }
    return results;
  },
};
