import { monitorEventLoopDelay } from 'node:perf_hooks';

const NANOSECONDS_PER_MS = 1e6;
const LONGEST_MS = 180_000;

/** Connects without authentication and sends random bytes without a header. */
export const noise = {
  title: 'noise without a header',
  maxRounds: 3,
  measures: [
    { key: 'ms', title: '8 MiB of noise: until refused, or all swallowed (!)', unit: 'ms' },
    { key: 'blockedMs', title: '8 MiB of noise: longest block of the loop', unit: 'ms' },
  ],
  skipped: {
    childProcess: 'no endpoint: nobody else can connect',
    multiprocessing: 'takes the first four bytes for a length',
    oursWithoutAuth: 'as ours',
    oursJsonrpc: 'as ours',
    oursConnection: 'as ours',
    vscodeConnection: 'as vscode-jsonrpc',
  },
  async run({ peer, settings }) {
    const listener = await peer.contender.listen(() => undefined);
    await peer.startIdle();
    const accepted = listener.accept();
    accepted.catch(() => undefined);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    peer.tell({ control: 'noise', path: listener.args.at(-1), bytes: settings.noiseBytes });
    const { ms, refused } = await peer.answer('noise', LONGEST_MS);
    delay.disable();
    await listener.close();
    return { ms, blockedMs: delay.max / NANOSECONDS_PER_MS, swallowed: !refused };
  },
};
