import type { PageData, PageUpdate, ProblemLine } from '../format/summary.js';
import type { TraceEntry } from '../format/traceFormat.js';
import type { TraceLine } from '../reading/readTrace.js';
import { SessionChecker } from '../semantics/checkSession.js';
import type { Problem } from '../semantics/problem.js';
import { Latencies } from '../show/latencies.js';
import { Statistics } from '../show/statistics.js';

/** Where the data goes in the page. */
const DATA = '\nDATA\n';
/** The entries in one block of the page, so that no text is longer than JavaScript allows. */
const BLOCK_ENTRIES = 5_000;

/** Adds up what the page shows beside the entries. */
export class PageTotals {
  private readonly checker = new SessionChecker();
  private readonly latencies = new Latencies();
  private readonly statistics = new Statistics();
  private problems: ProblemLine[] = [];
  private count = 0;

  /** Adds the next entry. @param text its line in the trace, if there is one. @returns its line in the page */
  add(entry: TraceEntry, text?: string): string {
    this.statistics.add(entry, this.latencies.note(entry, this.count));
    this.mark(this.checker.check(entry));
    this.count += 1;
    if (text !== undefined && endsWithContent(entry, text)) return text;
    const { message, note, ...facts } = entry;
    // The page reads what is in front of the message, which is therefore the last member.
    return JSON.stringify({ ...facts, ...(message === undefined ? { note: note ?? {} } : { message }) });
  }

  /** Ends the check: adds the violations that only the end shows. */
  end(): void {
    this.mark(this.checker.end());
  }

  /** The totals so far. Violations are given once. */
  take(): PageData {
    const { problems } = this;
    this.problems = [];
    return { summary: this.statistics.summary(), problems };
  }

  /** The totals with these lines, for a page that is live. */
  update(lines: readonly string[]): PageUpdate {
    return { lines, ...this.take() };
  }

  private mark(problems: readonly Problem[]): void {
    for (const { entry, rule, text } of problems) this.problems.push([entry, rule, text]);
  }
}

/**
 * Fills the page with entries. It then stands alone: it loads nothing.
 *
 * @param page the text of the page that the build makes, without data
 * @param characters about as many as the entries have. Default: unknown, so that the page cannot say how far it has come
 * @returns the parts of the page, in their order
 */
export function* tracePage(
  page: string,
  title: string,
  lines: Iterable<TraceLine>,
  characters = 0,
): Generator<string> {
  const at = page.indexOf(DATA);
  const totals = new PageTotals();
  yield page.slice(0, at).replace('<title>Trace', () => `<title>${escapedText(title)}`);
  yield `\n<script type="application/json" id="size">${characters}</script>`;
  let block: string[] = [];
  for (const { entry, text } of lines) {
    block.push(totals.add(entry, text));
    if (block.length < BLOCK_ENTRIES) continue;
    yield entriesBlock(block);
    block = [];
  }
  if (block.length > 0) yield entriesBlock(block);
  totals.end();
  const about = escapedJson(JSON.stringify(totals.take()));
  yield `\n<script type="application/json" id="about">${about}</script>\n`;
  yield page.slice(at + DATA.length);
}

function entriesBlock(lines: readonly string[]): string {
  return `\n<script type="text/plain" class="entries">\n${escapedJson(lines.join('\n'))}\n</script>`;
}

/** True if a line is as recorders write it, with the message or the note as its last member: it can be taken as it is. */
function endsWithContent(entry: TraceEntry, text: string): boolean {
  const name = entry.message === undefined ? 'note' : 'message';
  const mark = `,"${name}":`;
  const isLast = text.startsWith(mark, text.indexOf('{', 1) - mark.length) && text.endsWith('}}');
  // A page's parser would make the end of a line of it.
  return isLast && lastMember(entry) === name && !text.includes('\r');
}

function lastMember(entry: object): string | undefined {
  let last: string | undefined;
  for (const name in entry) last = name;
  return last;
}

/** JSON that ends no element of a page. */
function escapedJson(json: string): string {
  return json.replaceAll('<', '\\u003c');
}

function escapedText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
