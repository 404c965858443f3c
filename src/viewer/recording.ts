import type { ProblemLine } from '../trace/format/summary.js';
import { Columns, Names } from './columns.js';
import { TextBlocks } from './textBlocks.js';

/** What a line says of an entry, in front of its message. */
interface Facts {
  readonly time: number;
  readonly mono: number;
  readonly session: string;
  readonly side: string;
  readonly link: string;
  readonly kind: string;
  readonly direction?: 'sent' | 'received';
  readonly name?: string;
  readonly seq?: number | string;
  readonly of?: number | string;
  readonly ok?: boolean;
  readonly bytes?: number;
}

/** What is known of an entry without its message. */
export interface Row extends Facts {
  /** Of a launcher's response: that of its request. Of a note: its kind. */
  readonly name: string;
  /** The time between request and response, in milliseconds. */
  readonly ms: number | undefined;
  /** The entry of the request, or of the response. */
  readonly other: number | undefined;
  /** The violations of the protocol that this entry shows. */
  readonly problems: readonly string[];
  /** True for a failure. */
  readonly failed: boolean;
}

/** Where an entry is from: the same for all entries of one side of a link. */
export type Origin = Pick<Facts, 'session' | 'side' | 'link'>;

/** A recording: numbers in columns, and the text of each entry, which is parsed when it is looked at. */
export class Recording {
  readonly columns = new Columns();
  readonly texts = new TextBlocks();
  readonly kinds = new Names();
  readonly names = new Names();
  /** By the numbers in the columns. */
  readonly origins: Origin[] = [];
  readonly links = new Set<string>();
  readonly sessions = new Set<string>();
  problems: ProblemLine[] = [];
  private readonly originNumbers = new Map<string, number>();
  private readonly open = new Map<string, number>();
  private readonly problemsOf = new Map<number, string[]>();

  get count(): number {
    return this.columns.count;
  }

  /** Adds lines of a trace. Other lines are ignored. */
  add(text: string): void {
    const starts: number[] = [];
    for (let start = 0; start < text.length;) {
      const lineEnd = text.indexOf('\n', start);
      const end = lineEnd < 0 ? text.length : lineEnd;
      if (this.addLine(text.slice(start, end))) starts.push(start);
      start = end + 1;
    }
    this.texts.add(text, starts);
  }

  /** Adds violations. */
  mark(problems: readonly ProblemLine[]): void {
    this.problems = [...this.problems, ...problems];
    for (const [entry, rule, text] of problems) {
      const known = this.problemsOf.get(entry) ?? [];
      this.problemsOf.set(entry, [...known, `${rule}: ${text}`]);
      if (entry < this.count) this.columns.wrong[entry] = 1;
    }
  }

  /** An entry without its message. */
  row(index: number): Row {
    const line = this.texts.line(index);
    const content = contentAt(line) ?? line.length;
    const facts = JSON.parse(`${line.slice(0, content)}}`) as Facts;
    const { columns } = this;
    const [ms = -1, other = -1] = [columns.ms[index], columns.other[index]];
    return {
      ...facts,
      name: this.nameOf(index),
      ms: ms < 0 ? undefined : ms,
      other: other < 0 ? undefined : other,
      problems: this.problemsOf.get(index) ?? [],
      failed: isFailure(facts, () => line.slice(content)),
    };
  }

  /** The message or the note of an entry. */
  content(index: number): unknown {
    const { message, note } = JSON.parse(this.texts.line(index)) as { message?: unknown; note?: unknown };
    return message ?? note;
  }

  /** The entry before this one of the same kind, name and origin. */
  previous(index: number): number | undefined {
    const { kind, name, origin } = this.columns;
    for (let at = index - 1; at >= 0; at--) {
      if (kind[at] === kind[index] && name[at] === name[index] && origin[at] === origin[index]) return at;
    }
    return undefined;
  }

  private nameOf(index: number): string {
    return this.names.texts[this.columns.name[index] ?? 0] ?? '';
  }

  private addLine(line: string): boolean {
    const content = contentAt(line);
    if (content === undefined) return false;
    this.addEntry(JSON.parse(`${line.slice(0, content)}}`) as Facts, () => line.slice(content));
    return true;
  }

  private addEntry(facts: Facts, content: () => string): void {
    const { columns } = this;
    const index = columns.add();
    const { kind, name = kind, mono, bytes = 0, direction } = facts;
    const origin = this.originOf(facts);
    columns.mono[index] = mono;
    columns.bytes[index] = bytes;
    columns.kind[index] = this.kinds.numberOf(kind);
    columns.name[index] = this.names.numberOf(name);
    columns.origin[index] = origin;
    if (kind === 'request') this.open.set(`${origin} ${direction} ${facts.seq}`, index);
    if (kind === 'response') this.join(facts, origin, index);
    if (isFailure(facts, content)) columns.wrong[index] = 1;
  }

  private originOf({ session, side, link }: Facts): number {
    const key = `${session}\n${side}\n${link}`;
    const known = this.originNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.origins.push({ session, side, link }) - 1;
    this.originNumbers.set(key, number);
    this.links.add(link);
    this.sessions.add(session);
    return number;
  }

  /** Joins a response to its request. */
  private join({ direction, of, name, mono }: Facts, origin: number, index: number): void {
    const { columns } = this;
    const key = `${origin} ${direction === 'sent' ? 'received' : 'sent'} ${of}`;
    const request = this.open.get(key);
    if (request === undefined) return;
    this.open.delete(key);
    const ms = mono - (columns.mono[request] ?? mono);
    columns.ms[index] = columns.ms[request] = ms;
    columns.other[index] = request;
    columns.other[request] = index;
    if (name === undefined) columns.name[index] = columns.name[request] ?? 0;
  }
}

/** Where the message or the note of a line begins. Undefined: the line is no entry. */
function contentAt(line: string): number | undefined {
  const note = line.indexOf(',"note":{');
  const message = line.indexOf(',"message":{');
  const [first, second] = [Math.min(note, message), Math.max(note, message)];
  const at = first < 0 ? second : first;
  return at < 0 ? undefined : at;
}

function isFailure({ kind, ok, direction }: Facts, content: () => string): boolean {
  if (direction !== undefined) return ok === false;
  if (kind === 'exit') return !content().includes('"code":0');
  if (kind === 'log') return /"level":"(?:warn|error)"/.test(content());
  return kind === 'state' && /"state":"failed"|"clean":false/.test(content());
}
