/** What may befall the sessions of one seed: each seed has some of these, so that each is met alone and with others. */
const FAULTS = [
  'reset',
  'resetOne',
  'loseBoth',
  'loseOne',
  'cut',
  'stall',
  'suspend',
  'stranger',
  'replay',
  'thief',
  'restart',
];

/** What the two ends do themselves, beside sending. */
const HABITS = [
  'requests',
  'cancels',
  'close',
  'destroy',
  'paced',
  'slow',
  'lateReader',
  'errorWhenFull',
  'bursts',
];

/**
 * Chooses what one seed is about. Everything follows from the seed.
 *
 * @param canResume false for a build without resume
 */
export function makePlan(random, canResume) {
  const faults = new Set(random.chance(0.2) ? [] : FAULTS.filter(() => random.chance(0.3)));
  const habits = new Set(HABITS.filter(() => random.chance(0.4)));
  const resumes = canResume && random.chance(0.7);
  const config = makeConfig(random, { habits, resumes });
  return {
    steps: 20 + random.below(160),
    /** How likely it is that something goes wrong, beside 6 for bytes that move. */
    faultWeight: random.pick([0.05, 0.3, 1]),
    faults,
    habits,
    /** How likely it is that time passes, beside 6 for bytes that move. */
    timeWeight: random.pick([0.02, 0.1, 1]),
    /** True if nothing breaks before both ends are connected. */
    connects: random.chance(0.75),
    /** The most bytes that are accepted or delivered at once. */
    mostBytes: random.pick([1, 7, 40, 500, 4096]),
    mostPad: random.pick([0, 20, 200, 1500]),
    /** True if everything that was sent has to arrive before both ends close. */
    settles: random.chance(0.7),
    resumes,
    config: resumes ? { ...config, ...makeResume(random) } : config,
  };
}

function makeResume(random) {
  return {
    resume: { graceMs: random.pick([1_000, 600_000, 86_400_000]) },
    heartbeat: random.chance(0.85) && random.pick([{ silentAfterMs: 40, lostAfterMs: 120 }, {}]),
    maxUnacknowledgedBytes: random.pick([300, 5_000, 1_000_000]),
  };
}

function makeConfig(random, { habits, resumes }) {
  const [framing, auth] = resumes
    ? ['dp', 'key']
    : random.pick([
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
