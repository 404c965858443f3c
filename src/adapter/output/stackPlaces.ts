/** Number of places that are kept. Beyond it, the oldest is dropped. */
const MAX_PLACES = 2_000;
/** Number of characters of a place, and of its place in the source, at most. No path of a system is longer. */
const MAX_CHARS = 4_096;
/** Matches the end of a line of a stack: line, column, and a parenthesis if the line names a function. */
const POSITION = /:\d+:\d+\)?$/;
/** Number of parentheses of a line behind which a place is looked for, so that the time does not grow with their square. */
const MAX_PARENTHESES = 16;
/** A line of a stack begins with this, after any indentation. */
const LINE_START = 'at ';

/**
 * The places in compiled scripts, as stacks name them, and their places in the sources. The program's own stacks stay as they
 * are: only the text that the client gets names the sources.
 */
export class StackPlaces {
  private readonly originals = new Map<string, string>();

  /** Adds a place. @param place a name, a line and a column, as in a stack: `/dist/a.js:3:5` */
  add(place: string, original: string): void {
    if (place.length > MAX_CHARS || original.length > MAX_CHARS) return;
    this.originals.delete(place);
    this.originals.set(place, original);
    if (this.originals.size <= MAX_PLACES) return;
    const [oldest] = this.originals.keys();
    if (oldest !== undefined) this.originals.delete(oldest);
  }

  /** Replaces the places that are known, in the lines of a text that belong to a stack. */
  translate(text: string): string {
    if (this.originals.size === 0 || !text.includes(LINE_START)) return text;
    return text
      .split('\n')
      .map((line) => this.translateLine(line))
      .join('\n');
  }

  private translateLine(line: string): string {
    if (!line.trimStart().startsWith(LINE_START) || !POSITION.test(line)) return line;
    const end = line.endsWith(')') ? line.length - 1 : line.length;
    for (const start of startsIn(line)) {
      const original = this.originals.get(line.slice(start, end));
      if (original !== undefined) return line.slice(0, start) + original + line.slice(end);
    }
    return line;
  }
}

/** The positions at which the place of a line may begin: a path may contain blanks and parentheses itself. */
function* startsIn(line: string): Iterable<number> {
  const name = line.indexOf(LINE_START) + LINE_START.length;
  yield name;
  if (line.startsWith('async ', name)) yield name + 'async '.length;
  let left = MAX_PARENTHESES;
  for (let at = line.indexOf('(', name); at !== -1 && left > 0; at = line.indexOf('(', at + 1)) {
    left -= 1;
    yield at + 1;
  }
}
