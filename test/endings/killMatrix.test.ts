import { describe, expect, it } from 'vitest';
import { eventually } from '../support/within.js';
import { KillSession } from './support/killSession.js';

/*
 * Kills one part of a session at one step of it, and looks at what is left. `npm run test:kills` runs the whole matrix;
 * the suite runs a third of it, with every step, target and signal, and every pair of those.
 */

/** Deadline for the end of everything, in milliseconds. A machine that does nothing else needs less than 3,000: the table tells. */
const LEFT_MS = 12_000;
/** Time after which a client gives up on an adapter or a program that was stopped, in milliseconds: the pace of a user. */
const PATIENCE_MS = 300;
/** Time between two looks at the processes, in milliseconds. */
const LOOK_MS = 50;
const RUNS_ALL = process.env.npm_lifecycle_event === 'test:kills';
/** One at a time for the table, whose times are those of one session. */
const PARALLEL = RUNS_ALL ? 1 : 3;

const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const;
type Signal = (typeof SIGNALS)[number];

/** Each step brings a session to the moment of the kill. */
const STEPS: Readonly<Record<string, (session: KillSession) => Promise<void>>> = {
  'before connecting': (session) => session.launch('waits'),
  'in the handshake': async (session) => {
    await session.launch('waits');
    await session.launcherStarted();
  },
  'before configurationDone': async (session) => {
    await session.launch('waits');
    await session.initialized();
  },
  'at configurationDone': async (session) => {
    await session.launch('waits');
    await session.initialized();
    void session.ask('configurationDone');
  },
  running: async (session) => {
    await session.launch('waits');
    await session.running();
  },
  'flooding output': async (session) => {
    await session.launch('floods');
    await session.running();
    await session.printed('x'.repeat(1_000));
  },
  'stopped at a breakpoint': (session) => stopAtBreakpoint(session),
  'during evaluate': async (session) => {
    await stopAtBreakpoint(session);
    session.evaluate('(() => { for (;;); })()');
  },
  'during a step': async (session) => {
    await stopAtBreakpoint(session);
    session.step();
  },
  'at terminate': async (session) => {
    await session.launch('waits');
    await session.running();
    void session.ask('terminate');
  },
  'at disconnect': async (session) => {
    await session.launch('waits');
    await session.running();
    void session.ask('disconnect');
  },
  'right after disconnect': async (session) => {
    await session.launch('waits');
    await session.running();
    void session.ask('disconnect');
    // The pace of an editor that closes: the end has begun.
    await new Promise((resolve) => setTimeout(resolve, 30));
  },
  'while exiting': async (session) => {
    await session.launch('exitsSlowly');
    await session.running();
    void session.ask('terminate');
    await session.printed('exiting');
  },
};

async function stopAtBreakpoint(session: KillSession): Promise<void> {
  await session.launch('ticks');
  await session.running('tick');
  await session.stopped();
}

/** Each target gets a signal. What cannot end by itself is given up by the client a moment later. */
const TARGETS: Readonly<Record<string, (session: KillSession, signal: Signal) => Promise<void>>> = {
  adapter: async (session, signal) => {
    session.killAdapter(signal);
    if (signal !== 'SIGSTOP') return;
    await patience();
    session.killAdapter('SIGKILL');
  },
  program: async (session, signal) => {
    await session.killProgram(signal);
    if (signal !== 'SIGSTOP') return;
    await patience();
    void session.ask('disconnect');
  },
  /** SIGKILL: both directions end at once. SIGTERM: the client ends its own. SIGSTOP: it reads nothing for a while. */
  client: async (session, signal) => {
    const { client } = session;
    if (signal === 'SIGKILL') client.fromAdapter.destroy();
    if (signal === 'SIGSTOP') {
      client.fromAdapter.pause();
      await patience();
      client.fromAdapter.resume();
      void session.ask('disconnect');
    } else client.toAdapter.end();
  },
};

// The pace of a user who gives up.
const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));

interface Cell {
  readonly step: string;
  readonly target: string;
  readonly signal: Signal;
}

const CELLS: readonly Cell[] = Object.keys(STEPS).flatMap((step, at) =>
  Object.keys(TARGETS).flatMap((target, to) =>
    SIGNALS.filter((_, which) => RUNS_ALL || (at + to + which) % SIGNALS.length === 0).map((signal) => ({
      ...{ step, target, signal },
    })),
  ),
);

/** Kills, and waits until nothing is left. Returns what the table shows. */
async function run({ step, target, signal }: Cell): Promise<string> {
  const session = new KillSession();
  await STEPS[step]?.(session);
  session.disconnectAtEnd();
  await TARGETS[target]?.(session, signal);
  const start = performance.now();
  const left = (): string[] => [
    ...(session.adapterRuns ? ['the adapter'] : []),
    ...[...session.unanswered.values()].map((command) => `no answer to ${command}`),
    ...session.processes().map((pid) => `${pid} ${session.commandOf(pid).slice(0, 60)}`),
  ];
  try {
    await eventually(() => left().length === 0, 'the end', LEFT_MS, LOOK_MS);
    return `${Math.round(performance.now() - start)} ms`;
  } catch {
    return `LEFT: ${left().join(', ')}`;
  }
}

async function runAll(cells: readonly Cell[]): Promise<Map<Cell, string>> {
  const results = new Map<Cell, string>();
  const waiting = [...cells];
  const work = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      results.set(cell, await run(cell).catch((error: unknown) => `FAILED: ${String(error).slice(0, 200)}`));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return results;
}

function table(results: ReadonlyMap<Cell, string>): string {
  const rows = [...results].map(([{ step, target, signal }, result]) => [step, target, signal, result]);
  rows.sort();
  return [['step', 'target', 'signal', 'all gone after'], ...rows]
    .map(([step = '', target = '', signal = '', result = '']) =>
      [step.padEnd(26), target.padEnd(9), signal.padEnd(9), result].join(''),
    )
    .join('\n');
}

describe.skipIf(process.platform !== 'linux')(
  'the kill matrix (Linux: processes are looked up in /proc)',
  () => {
    it('leaves no process, no adapter and no request without an answer', { timeout: 1_200_000 }, async () => {
      const results = await runAll(CELLS);
      process.stdout.write(`${table(results)}\n`);
      expect([...results.values()].filter((result) => !result.endsWith(' ms'))).toEqual([]);
    });
  },
);
