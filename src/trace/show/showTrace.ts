import { styleText } from 'node:util';
import { printable } from '../../commandLine/printable.js';
import type { TraceEntry } from '../format/traceFormat.js';
import { readTrace } from '../reading/readTrace.js';
import type { Problem } from '../semantics/problem.js';
import { SessionChecker } from '../semantics/checkSession.js';
import { isFailure, summaryOf } from './entryText.js';
import { lanesOf } from './lanes.js';
import { Latencies } from './latencies.js';
import type { Answered } from './latencies.js';
import { statisticsText } from './statisticsText.js';
import { Statistics } from './statistics.js';

/** Options of `trace show`. */
export interface ShowOptions {
  /** True: one JSON object a line, with `answerMs` and `problems` beside what the trace has. */
  readonly json?: boolean | undefined;
  /** True: only failures and violations of the protocol. */
  readonly errors?: boolean | undefined;
  /** Only responses that took so long, in milliseconds. */
  readonly slow?: number | undefined;
  /** True: only what the recording comes to. */
  readonly stats?: boolean | undefined;
  /** True: with colours. */
  readonly color: boolean;
}

/** An entry with what is known from those around it. */
interface ShownEntry {
  readonly entry: TraceEntry;
  readonly answered: Answered | undefined;
  readonly problems: readonly Problem[];
}

type Style = Parameters<typeof styleText>[0];

/** Prints entries as they come. */
export class EntryPrinter {
  private readonly latencies = new Latencies();
  private readonly checker = new SessionChecker();
  private readonly statistics = new Statistics();
  private readonly paint: Painter;
  private index = 0;
  private start: number | undefined;

  /** @param print takes the lines */
  constructor(
    private readonly options: ShowOptions,
    private readonly print: (line: string) => void,
  ) {
    this.paint = painter(options.color);
  }

  /** Prints an entry, if it is wanted. */
  add(entry: TraceEntry): void {
    const answered = this.latencies.note(entry, this.index);
    const shown = { entry, answered, problems: this.checker.check(entry) };
    this.start ??= entry.mono;
    this.index += 1;
    this.statistics.add(entry, answered);
    if (this.options.stats === true || !isWanted(shown, this.options)) return;
    if (this.options.json === true) this.print(jsonOf(shown));
    else for (const line of linesOf(shown, this.start, this.paint)) this.print(line);
  }

  /** Prints what only the whole shows: the statistics, or the violations that the end shows. */
  end(): void {
    const { stats, json, slow } = this.options;
    const problems = this.checker.end();
    if (stats === true) {
      const summary = this.statistics.summary();
      for (const line of json === true ? [JSON.stringify(summary)] : statisticsText(summary))
        this.print(line);
    } else if (json !== true && slow === undefined) {
      for (const problem of problems)
        this.print(this.paint('red', `! entry ${problem.entry + 1}: ${textOf(problem)}`));
    }
  }
}

/**
 * Prints a trace, or a log of another program.
 *
 * @param print takes the lines
 * @throws UsageError as `readTrace`
 */
export function showTrace(path: string, options: ShowOptions, print: (line: string) => void): void {
  const printer = new EntryPrinter(options, print);
  for (const entry of readTrace(path)) printer.add(entry);
  printer.end();
}

function isWanted({ entry, answered, problems }: ShownEntry, { errors, slow }: ShowOptions): boolean {
  if (errors !== true && slow === undefined) return true;
  if (errors === true && (isFailure(entry) || problems.length > 0)) return true;
  return slow !== undefined && answered !== undefined && answered.ms >= slow;
}

function jsonOf({ entry, answered, problems }: ShownEntry): string {
  return JSON.stringify({
    ...entry,
    ...(answered !== undefined && { name: answered.name, answerMs: rounded(answered.ms) }),
    ...(problems.length > 0 && { problems: problems.map(({ rule, text }) => ({ rule, text })) }),
  });
}

function linesOf({ entry, answered, problems }: ShownEntry, start: number, paint: Painter): string[] {
  const { kind, seq, of, link } = entry;
  const { from, to, isForward } = lanesOf(entry);
  const time = (entry.mono - start).toFixed(1).padStart(9);
  const isMessage = entry.direction !== undefined;
  const lanes = isForward ? `${from} → ${to}` : `${to} ← ${from}`;
  const name = isMessage ? (entry.name ?? answered?.name ?? kind) : kind;
  const number = kind === 'request' ? ` #${seq ?? '?'}` : kind === 'response' ? ` #${of ?? '?'}` : '';
  const took = answered === undefined ? '' : ` ${rounded(answered.ms)} ms`;
  const style: Style = isFailure(entry) ? 'red' : (STYLES[kind] ?? 'dim');
  const what = printable(`${kind === 'response' ? '└ ' : ''}${name}${number}`);
  const head = `${paint('dim', time)}  ${(isMessage ? lanes : link).padEnd(18)}  ${paint(style, what)}${took}`;
  const line = `${head}  ${paint('dim', printable(summaryOf(entry)))}`;
  return [line, ...problems.map((problem) => paint('red', `${' '.repeat(11)}! ${textOf(problem)}`))];
}

function textOf({ rule, text }: Problem): string {
  return printable(`${rule}: ${text}`);
}

const STYLES: Readonly<Record<string, Style>> = { request: 'cyan', response: 'green', event: 'yellow' };

type Painter = (style: Style, text: string) => string;

function painter(color: boolean): Painter {
  // What a stream supports is known already.
  return color ? (style, text) => styleText(style, text) : (_, text) => text;
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
