import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endAdapter, startAdapter } from '../adapterProcess.mjs';
import { within } from '../within.mjs';

const PROGRAM = fileURLToPath(new URL('../fixtures/hotLine.cjs', import.meta.url));
const LINE = 8;
const STEP_MS = 15_000;
const RUN_MS = 60_000;

/** The breakpoints, none of which stops, and what V8 alone is asked for. */
const KINDS = {
  conditionMs: { given: { condition: 'hit === -1' }, bare: 'hit === -1' },
  countMs: {
    given: { hitCondition: '>= 1000000' },
    bare: '(globalThis.hits = (globalThis.hits ?? 0) + 1) >= 1000000',
  },
};

/** Measures hits of a breakpoint that do not stop. The limit is V8's own condition, without a debugger. */
export const conditions = {
  title: 'breakpoints that do not stop',
  maxRounds: 5,
  contenders: ['ours', 'limitLoop'],
  measures: [
    { key: 'conditionMs', title: '20,000 hits with a condition (limit: V8 alone)', unit: 'ms' },
    { key: 'countMs', title: '20,000 hits with a hit count (limit: V8 alone)', unit: 'ms' },
  ],
  async run({ contender }) {
    const figures = {};
    for (const [key, { given, bare }] of Object.entries(KINDS)) {
      figures[key] = contender === 'limitLoop' ? await withV8Alone(bare) : await throughAdapter(given);
    }
    return figures;
  },
};

async function throughAdapter(breakpoint) {
  const adapter = startAdapter();
  const { client } = adapter;
  let printed = '';
  client.observe = ({ event, body }) => {
    if (event === 'output' && body.category === 'stdout') printed += body.output;
  };
  try {
    await within(client.request('initialize', { adapterID: 'bench' }), STEP_MS, 'initialize');
    const initialized = client.event('initialized');
    const over = client.event('terminated');
    over.catch(() => undefined);
    const launched = client.request('launch', { program: PROGRAM });
    await within(Promise.race([initialized, launched.then(() => initialized)]), STEP_MS, 'initialized');
    const breakpoints = [{ line: LINE, ...breakpoint }];
    await client.request('setBreakpoints', { source: { path: PROGRAM }, breakpoints });
    await client.request('configurationDone');
    await within(over, RUN_MS, 'the end of the program');
    return Number(printed);
  } finally {
    await endAdapter(adapter);
  }
}

async function withV8Alone(condition) {
  const child = spawn(process.execPath, [PROGRAM, 'bare', condition], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [printed] = await within(once(child.stdout, 'data'), RUN_MS, 'the program prints');
  return Number(printed);
}
