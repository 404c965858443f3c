import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throughAdapter } from './flood.mjs';

/** Each round runs a part of the flood so often in each way, in turn. */
const TURNS = 2;
const PART = 5;

/** Runs the flood of a client at full speed without a recording and with one, side by side. */
export const recorded = {
  title: 'a flood that is recorded',
  maxRounds: 3,
  contenders: ['ours'],
  measures: [
    { key: 'offPerSecond', title: 'flood, not recorded: lines', unit: '/s', higherIsBetter: true },
    { key: 'onPerSecond', title: 'flood, recorded: lines', unit: '/s', higherIsBetter: true },
    { key: 'ratio', title: 'flood: its time recorded over not recorded', unit: '' },
    { key: 'cpuRatio', title: "flood: the adapter's processor time recorded over not recorded", unit: '' },
    { key: 'againRatio', title: 'flood: its time not recorded over not recorded, for the noise', unit: '' },
    { key: 'lost', title: 'lines lost or out of order', unit: '', plain: true },
  ],
  async run({ settings }) {
    const lines = Math.ceil(settings.lines / PART);
    const runs = { off: [], on: [], again: [] };
    for (let turn = 0; turn < TURNS; turn += 1) {
      const ways = turn % 2 === 0 ? ['off', 'on', 'again'] : ['again', 'on', 'off'];
      for (const way of ways) runs[way].push(await flood(lines, way === 'on'));
    }
    const [off, on, again] = [runs.off, runs.on, runs.again].map(total);
    return {
      offPerSecond: off.lines / off.seconds,
      onPerSecond: on.lines / on.seconds,
      ratio: (2 * on.seconds) / (off.seconds + again.seconds),
      cpuRatio: (2 * on.cpuMs) / (off.cpuMs + again.cpuMs),
      againRatio: again.seconds / off.seconds,
      lost: off.lost + on.lost + again.lost,
    };
  },
};

async function flood(lines, isRecorded) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-trace-'));
  try {
    const trace = isRecorded ? join(folder, 'trace.jsonl') : undefined;
    const run = await throughAdapter({ lines, args: [], isSlow: false, trace });
    return { lines, seconds: lines / run.perSecond, cpuMs: run.adapterCpuMs, lost: run.lost };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function total(runs) {
  const sum = (key) => runs.reduce((all, run) => all + run[key], 0);
  return { lines: sum('lines'), seconds: sum('seconds'), cpuMs: sum('cpuMs'), lost: sum('lost') };
}
