import type { ProblemLine } from '../trace/format/summary.js';
import { Columns, Names } from './columns.js';
import { TextBlocks } from './textBlocks.js';

/** What begins the content of an entry, which is its last member. */
const MESSAGE = ',"message":{';
const NOTE = ',"note":{';

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
  /** The JSON of each message or note. */
  readonly contents = new TextBlocks();
  readonly kinds = new Names();
  readonly names = new Names();
  /** By the numbers in the columns. */
  readonly origins: Origin[] = [];
  readonly links = new Set<string>();
  readonly sessions = new Set<string>();
  problems: ProblemLine[] = [];
  /** What is in front of them, without its end. */
  private readonly heads = new TextBlocks();
  private readonly originNumbers = new Map<string, number>();
  private readonly open = new Map<string, number>();
  private readonly problemsOf = new Map<number, string[]>();

  get count(): number {
    return this.columns.count;
  }

  /** Adds lines of a trace, whose last member is the message or the note. Other lines are ignored. */
  add(text: string): void {
    const heads: string[] = [];
    const contents: string[] = [];
    for (const line of text.split('\n')) {
      const parts = partsOf(line);
      if (parts === undefined) continue;
      this.addEntry(JSON.parse(`${parts.head}}`) as Facts, parts.content);
      heads.push(parts.head);
      contents.push(parts.content);
    }
    this.heads.add(heads);
    this.contents.add(contents);
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
    const facts = JSON.parse(`${this.heads.line(index)}}`) as Facts;
    const { columns } = this;
    const [ms = -1, other = -1] = [columns.ms[index], columns.other[index]];
    return {
      ...facts,
      name: this.nameOf(index),
      ms: ms < 0 ? undefined : ms,
      other: other < 0 ? undefined : other,
      problems: this.problemsOf.get(index) ?? [],
      failed: isFailure(facts, () => this.contents.line(index)),
    };
  }

  /** The message or the note of an entry. */
  content(index: number): unknown {
    return JSON.parse(this.contents.line(index)) as unknown;
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

  private addEntry(facts: Facts, content: string): void {
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
    if (isFailure(facts, () => content)) columns.wrong[index] = 1;
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

/** A line without its end: what is known of an entry, and the JSON of its message or note. Undefined: the line is none. */
function partsOf(line: string): { readonly head: string; readonly content: string } | undefined {
  // The first of the two is it: what is in front has no bare quotes in its texts.
  const [message, note] = [line.indexOf(MESSAGE), line.indexOf(NOTE)];
  const isNote = message < 0 || (note >= 0 && note < message);
  const at = isNote ? note : message;
  if (at < 0) return undefined;
  const start = at + (isNote ? NOTE : MESSAGE).length;
  return { head: line.slice(0, at), content: line.slice(start - 1, -1) };
}

function isFailure({ kind, ok, direction }: Facts, content: () => string): boolean {
  if (direction !== undefined) return ok === false;
  if (kind === 'exit') return !content().includes('"code":0');
  if (kind === 'log') return /"level":"(?:warn|error)"/.test(content());
  return kind === 'state' && /"state":"failed"|"clean":false/.test(content());
}
