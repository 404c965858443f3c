/** What is known of an entry without its message. */
export interface Row {
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
  /** The time from the request to this response, in milliseconds. */
  ms?: number;
  /** The entry of the request, or of the response. */
  other?: number;
  /** The violations of the protocol that this entry shows. */
  problems?: string[];
  /** True for a failure. */
  failed?: boolean;
}

/** A violation of the protocol, as the page gets it: entry, rule, text. */
export type ProblemLine = readonly [entry: number, rule: string, text: string];

/** A recording: the rows, and the text of each entry. Messages are parsed when they are looked at. */
export class Recording {
  readonly rows: Row[] = [];
  readonly texts: string[] = [];
  readonly links = new Set<string>();
  readonly sessions = new Set<string>();
  problems: ProblemLine[] = [];
  private readonly open = new Map<string, number>();

  /** Adds a line of a trace. Other lines are ignored. */
  add(text: string): void {
    const at = text.indexOf(',"message":{');
    const end = at < 0 ? text.indexOf(',"note":{') : at;
    if (end < 0) return;
    const row = JSON.parse(`${text.slice(0, end)}}`) as Row;
    const index = this.rows.push(row) - 1;
    this.texts.push(text);
    this.links.add(row.link);
    this.sessions.add(row.session);
    if (row.kind === 'request') this.open.set(keyOf(row, row.direction, row.seq), index);
    if (row.kind === 'response') this.join(row, index);
    row.failed = row.ok === false || (at < 0 && isFailure(row, text.slice(end)));
  }

  /** Adds violations. */
  mark(problems: readonly ProblemLine[]): void {
    this.problems = [...this.problems, ...problems];
    for (const [entry, rule, text] of problems) {
      const row = this.rows[entry];
      if (row !== undefined) row.problems = [...(row.problems ?? []), `${rule}: ${text}`];
    }
  }

  /** The message or the note of an entry. */
  content(index: number): unknown {
    const { message, note } = JSON.parse(this.texts[index] ?? '{}') as { message?: unknown; note?: unknown };
    return message ?? note;
  }

  /** The name of an entry. A launcher's response has that of its request. */
  nameOf(row: Row): string {
    const request = row.kind === 'response' && row.other !== undefined ? this.rows[row.other] : undefined;
    return row.name ?? request?.name ?? row.kind;
  }

  private join(row: Row, index: number): void {
    const asked = row.direction === 'sent' ? 'received' : 'sent';
    const at = this.open.get(keyOf(row, asked, row.of));
    const request = at === undefined ? undefined : this.rows[at];
    if (request === undefined) return;
    this.open.delete(keyOf(row, asked, row.of));
    row.ms = row.mono - request.mono;
    row.other = at as number;
    request.ms = row.ms;
    request.other = index;
  }
}

function keyOf({ session, side, link }: Row, direction: string | undefined, seq: unknown): string {
  return `${session}\n${side}\n${link}\n${direction}\n${String(seq)}`;
}

function isFailure({ kind }: Row, note: string): boolean {
  if (kind === 'exit') return !note.includes('"code":0');
  if (kind === 'log') return /"level":"(?:warn|error)"/.test(note);
  return kind === 'state' && /"state":"failed"|"clean":false/.test(note);
}
