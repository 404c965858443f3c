import type { PageData, PageUpdate, ProblemLine } from '../format/summary.js';
import type { TraceEntry } from '../format/traceFormat.js';
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

  /** Adds the next entry. @returns its line in the page */
  add(entry: TraceEntry): string {
    this.statistics.add(entry, this.latencies.note(entry, this.count));
    this.mark(this.checker.check(entry));
    this.count += 1;
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
  entries: Iterable<TraceEntry>,
  characters = 0,
): Generator<string> {
  const at = page.indexOf(DATA);
  const totals = new PageTotals();
  let count = 0;
  yield page.slice(0, at).replace('<title>Trace', () => `<title>${escapedText(title)}`);
  yield `\n<script type="application/json" id="size">${characters}</script>`;
  for (const entry of entries) {
    if (count % BLOCK_ENTRIES === 0) {
      yield `${count === 0 ? '' : '</script>'}\n<script type="text/plain" class="entries">\n`;
    }
    count += 1;
    yield `${escapedJson(totals.add(entry))}\n`;
  }
  totals.end();
  const about = escapedJson(JSON.stringify(totals.take()));
  yield `${count === 0 ? '' : '</script>'}\n<script type="application/json" id="about">${about}</script>\n`;
  yield page.slice(at + DATA.length);
}

/** JSON that ends no element of a page. */
function escapedJson(json: string): string {
  return json.replaceAll('<', '\\u003c');
}

function escapedText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
