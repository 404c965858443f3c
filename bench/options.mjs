import { parseArgs } from 'node:util';
import { CONTENDERS } from './contenders/index.mjs';
import { WORKLOADS } from './workloads/index.mjs';

/**
 * Contenders that run only if named: they show the cost of vscode-jsonrpc itself, over either pair of
 * streams, and of sessions that can be resumed, with heartbeats.
 */
const ONLY_WHEN_NAMED = ['oursConnection', 'vscodeConnection', 'oursTcp', 'oursResumed'];

const FULL = {
  rounds: 9,
  settings: {
    warmUpMs: 300,
    ms: 600,
    largeBytes: 64 * 1024 * 1024,
    noiseBytes: 8 * 1024 * 1024,
    setUps: 100,
    sessions: 1000,
    lines: 1_000_000,
  },
  left: ONLY_WHEN_NAMED,
};

/** The short form omits slow measurements, and is less precise. */
const SHORT = {
  rounds: 3,
  settings: { ...FULL.settings, warmUpMs: 80, ms: 120, setUps: 20, sessions: 200, lines: 200_000 },
  heavyRounds: 1,
  left: ['linearity', 'decoder', 'multiprocessing', 'oursWithoutAuth', 'oursJsonrpc', ...ONLY_WHEN_NAMED],
  slow: false,
};

export const HELP = `Usage: node bench/run.mjs [options]

Measures this package beside what one would use otherwise, and prints medians and ratios to the limit loop.
Build first: npm run build (npm run bench does).

  --short            a form that takes under a minute
  --rounds N         rounds of each measurement (default ${FULL.rounds}, short ${SHORT.rounds})
  --warm-up MS       time before each measurement begins (default ${FULL.settings.warmUpMs}, short ${SHORT.settings.warmUpMs})
  --only NAME,...    workloads and contenders to run; where none is named, all but a few are run
  --json             print everything that was measured as JSON
  --write-docs       also put the table into docs/performance.md
  --dist DIR         the build to measure (default dist)
  --help             this text

Workloads:  ${Object.keys(WORKLOADS).join(', ')}
Contenders: ${Object.keys(CONTENDERS).join(', ')}
`;

/**
 * Reads the command line.
 *
 * @throws Error for unknown arguments
 */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      short: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      'warm-up': { type: 'string' },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      dist: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const form = values.short ? SHORT : FULL;
  return {
    ...values,
    settings: { ...form.settings, ...warmUp(values['warm-up']) },
    slow: form.slow ?? true,
    heavyRounds: form.heavyRounds ?? Infinity,
    rounds: positiveInteger(values.rounds ?? String(form.rounds)),
    ...selection(values.only, form.left),
  };
}

function selection(only, left) {
  const names = only.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !(name in WORKLOADS) && !(name in CONTENDERS));
  if (unknown.length > 0) throw new Error(`--only: unknown ${unknown.join(', ')}; see --help`);
  const choose = (all) => {
    const named = Object.keys(all).filter((name) => names.includes(name));
    return named.length > 0 ? named : Object.keys(all).filter((name) => !left.includes(name));
  };
  const workloads = choose(WORKLOADS);
  const contenders = choose(CONTENDERS);
  return {
    workloads,
    contenders,
    left: names.length > 0 ? [] : left,
  };
}

function warmUp(text) {
  return text === undefined ? {} : { warmUpMs: positiveInteger(text, '--warm-up') };
}

function positiveInteger(text, option = '--rounds') {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Error(`${option} ${text}: not a whole number above 0`);
}
