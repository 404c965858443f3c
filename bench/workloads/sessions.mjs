import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { command } from '../messages.mjs';
import { median } from '../statistics.mjs';
import { within } from '../within.mjs';

/** Number of commands per session, each with a response. */
const COMMANDS = 50;
const ONE_MS = 20_000;
const CLOSE_MS = 60_000;
const KIB = 1024;

/**
 * Opens many sessions at once in one process: measures the cost of each, and the memory that remains
 * afterwards.
 */
export const sessions = {
  title: 'many sessions in one process',
  maxRounds: 3,
  contenders: ['ours', 'limitLoop', 'plainLoop'],
  hostOptions: ['--expose-gc'],
  measures: [
    { key: 'quarter1', title: 'a session (100 messages) in the first quarter, median', unit: 'ms' },
    { key: 'quarter2', title: 'in the second', unit: 'ms' },
    { key: 'quarter3', title: 'in the third', unit: 'ms' },
    { key: 'quarter4', title: 'in the fourth', unit: 'ms' },
    { key: 'idleKiB', title: 'heap of an idle session', unit: 'KiB' },
    { key: 'descriptors', title: 'descriptors left', unit: '', plain: true },
    { key: 'timers', title: 'timers left', unit: '', plain: true },
    { key: 'files', title: 'files left', unit: '', plain: true },
    { key: 'leftKiB', title: 'heap left, a session', unit: 'KiB', plain: true },
  ],
  async run({ peer, settings }) {
    await peer.startIdle();
    await closeAll(await openSessions(peer, 20).then(({ channels }) => channels));
    const before = resources();
    const { channels, times } = await openSessions(peer, settings.sessions);
    const idle = resources();
    await closeAll(channels);
    channels.length = 0;
    return { ...quarters(times), ...difference(before, idle, resources(), settings.sessions) };
  },
};

async function openSessions(peer, count) {
  const channels = [];
  const times = [];
  for (let session = 0; session < count; session += 1) {
    const start = performance.now();
    channels.push(await openSession(peer));
    times.push(performance.now() - start);
  }
  return { channels, times };
}

async function openSession(peer) {
  const state = { responses: 0, settle: undefined };
  const answered = new Promise((resolve) => (state.settle = resolve));
  const channel = await peer.connectAgain((message) => {
    if (message.event === 'response' && (state.responses += 1) === COMMANDS) state.settle();
  });
  for (let id = 1; id <= COMMANDS; id += 1) channel.send(command(id));
  await within(answered, ONE_MS, 'all responses of a session');
  return channel;
}

function closeAll(channels) {
  return within(Promise.all(channels.map((channel) => channel.close())), CLOSE_MS, 'all sessions close');
}

function resources() {
  globalThis.gc();
  globalThis.gc();
  return {
    heap: process.memoryUsage().heapUsed,
    descriptors: readdirSync('/proc/self/fd').length,
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
    files: readdirSync(tmpdir()).length,
  };
}

function quarters(times) {
  const length = times.length / 4;
  const quarter = (index) => median(times.slice(index * length, (index + 1) * length));
  return { quarter1: quarter(0), quarter2: quarter(1), quarter3: quarter(2), quarter4: quarter(3) };
}

function difference(before, idle, after, count) {
  return {
    idleKiB: (idle.heap - before.heap) / count / KIB,
    leftKiB: (after.heap - before.heap) / count / KIB,
    descriptors: after.descriptors - before.descriptors,
    timers: after.timers - before.timers,
    files: after.files - before.files,
  };
}
