import { contentOf } from '../format/classify.js';
import type { CommandTimes, Gap, MessageCount, Phase, Summary } from '../format/summary.js';
import type { TraceEntry } from '../format/traceFormat.js';
import type { Answered } from './latencies.js';

/** The most gaps that are kept. */
const MAX_GAPS = 5;

/** The steps of a launch on the link to the client: the entry at which each ends. */
const PHASES: readonly (readonly [name: string, kind: string, message: string])[] = [
  ['initialize', 'response', 'initialize'],
  ['until the launch', 'request', 'launch'],
  ['until initialized', 'event', 'initialized'],
  ['configuration', 'response', 'configurationDone'],
  ['until the first stop', 'event', 'stopped'],
];

interface Times {
  readonly link: string;
  readonly name: string;
  readonly ms: number[];
  failed: number;
}

/** Adds up a recording, entry by entry. */
export class Statistics {
  private entries = 0;
  private first: number | undefined;
  private last = 0;
  private readonly gaps: Gap[] = [];
  private readonly sessions = new Set<string>();
  private readonly times = new Map<string, Times>();
  private readonly counts = new Map<string, { -readonly [K in keyof MessageCount]: MessageCount[K] }>();
  private readonly phases = new Map<string, number>();
  private session: string | undefined;
  private readonly output = { events: 0, characters: 0, first: 0, last: 0 };

  /** @param answered the request, if the entry is a response */
  add(entry: TraceEntry, answered: Answered | undefined): void {
    const { mono, session } = entry;
    if (this.first === undefined) this.first = mono;
    else this.noteGap(mono - this.last);
    this.last = Math.max(mono, this.last);
    this.entries += 1;
    this.sessions.add(session);
    if (entry.direction === undefined) return;
    this.count(entry, entry.name ?? answered?.name ?? '');
    if (answered !== undefined) this.time(entry, answered);
    if (entry.link === 'client') this.notePhase(entry);
    if (entry.kind === 'event' && entry.name === 'output' && entry.link === 'client') this.noteOutput(entry);
  }

  summary(): Summary {
    const { events, characters, first, last } = this.output;
    const seconds = (last - first) / 1000;
    return {
      entries: this.entries,
      sessions: this.sessions.size,
      ms: this.last - (this.first ?? 0),
      phases: this.launchPhases(),
      commands: [...this.times.values()].map(timesOf).sort((a, b) => b.max - a.max),
      messages: [...this.counts.values()].sort((a, b) => b.bytes - a.bytes),
      gaps: this.gaps,
      output: { events, characters, perSecond: seconds > 0 ? characters / seconds : 0 },
    };
  }

  private noteGap(ms: number): void {
    const { gaps } = this;
    if (ms <= (gaps[MAX_GAPS - 1]?.ms ?? 0)) return;
    const at = gaps.findIndex((gap) => gap.ms < ms);
    gaps.splice(at < 0 ? gaps.length : at, 0, { ms, entry: this.entries });
    gaps.splice(MAX_GAPS);
  }

  private count({ link, kind, bytes = 0 }: TraceEntry, name: string): void {
    const key = `${link}\n${kind}\n${name}`;
    let count = this.counts.get(key);
    if (count === undefined) this.counts.set(key, (count = { link, kind, name, count: 0, bytes: 0 }));
    count.count += 1;
    count.bytes += bytes;
  }

  private time({ link, ok }: TraceEntry, { name = '', ms }: Answered): void {
    const key = `${link}\n${name}`;
    let times = this.times.get(key);
    if (times === undefined) this.times.set(key, (times = { link, name, ms: [], failed: 0 }));
    times.ms.push(ms);
    if (ok === false) times.failed += 1;
  }

  private notePhase({ session, kind, name, mono }: TraceEntry): void {
    if (kind === 'request' && name === 'initialize') this.session ??= session;
    if (session !== this.session) return;
    const step = `${kind} ${name === 'attach' ? 'launch' : name}`;
    if (!this.phases.has(step)) this.phases.set(step, mono);
  }

  private launchPhases(): Phase[] {
    let before = this.phases.get('request initialize');
    return PHASES.flatMap(([name, kind, message]) => {
      const at = this.phases.get(`${kind} ${message}`);
      if (at === undefined || before === undefined || at < before) return [];
      const ms = at - before;
      before = at;
      return [{ name, ms }];
    });
  }

  private noteOutput({ mono, message }: TraceEntry): void {
    const { output: text } = contentOf(message);
    if (this.output.events === 0) this.output.first = mono;
    this.output.last = mono;
    this.output.events += 1;
    if (typeof text === 'string') this.output.characters += text.length;
  }
}

function timesOf({ link, name, ms, failed }: Times): CommandTimes {
  const sorted = ms.sort((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { link, name, count: ms.length, failed, median: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? 0 };
}
