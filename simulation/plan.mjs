/** What may befall the sessions of one seed: each seed has some of these, so that each is met alone and with others. */
const FAULTS = ['reset', 'resetOne', 'loseBoth', 'loseOne', 'cut', 'stall', 'suspend', 'stranger', 'replay'];

/** What the two ends do themselves, beside sending. */
const HABITS = [
  'requests',
  'cancels',
  'close',
  'destroy',
  'paced',
  'lateReader',
  'errorWhenFull',
  'bursts',
  'hurry',
];

/** Chooses what one seed is about. Everything follows from the seed. */
export function makePlan(random) {
  const faults = new Set(random.chance(0.3) ? [] : FAULTS.filter(() => random.chance(0.3)));
  const habits = new Set(HABITS.filter(() => random.chance(0.4)));
  return {
    steps: 20 + random.below(160),
    faults,
    habits,
    /** How much more likely bytes move than time passes. */
    timeWeight: random.pick([0.02, 0.1, 1]),
    /** The most bytes that are accepted or delivered at once. */
    mostBytes: random.pick([1, 7, 40, 500, 4096]),
    mostPad: random.pick([0, 20, 200, 1500]),
    /** True if one end has to be idle before both close. */
    settles: random.chance(0.7),
    config: makeConfig(random, habits),
  };
}

function makeConfig(random, habits) {
  const [framing, auth] = random.pick([
    ['dp', 'key'],
    ['dp', 'key'],
    ['dp', 'off'],
    ['length-prefix', 'key'],
    ['content-length', 'key'],
    ['content-length', 'off'],
  ]);
  return {
    framing,
    auth,
    key: Buffer.alloc(32, 7),
    allowOtherUsers: true,
    maxBufferedBytes: random.pick([200, 3_000, 1_000_000]),
    maxFrameBytes: random.pick([1_000, 100_000]),
    closeTimeoutMs: random.pick([20, 2_000]),
    handshakeTimeoutMs: random.pick([50, 5_000]),
    connectTimeoutMs: random.pick([100, 10_000]),
    acceptTimeoutMs: random.pick([300, 30_000]),
    onFull: habits.has('errorWhenFull') ? 'error' : 'wait',
  };
}
