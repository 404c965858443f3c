/** Lines in one text. */
interface Block {
  readonly text: string;
  /** Where each entry's line begins. */
  readonly starts: Uint32Array;
  /** The number of the first entry. */
  readonly first: number;
}

/** A text for each entry, as few long strings: a search goes through them at the speed of memory. */
export class TextBlocks {
  private readonly blocks: Block[] = [];
  private count = 0;

  /** @param lines of the next entries, without ends of lines in them */
  add(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const starts = new Uint32Array(lines.length);
    let start = 0;
    for (const [at, { length }] of lines.entries()) {
      starts[at] = start;
      start += length + 1;
    }
    this.blocks.push({ text: lines.join('\n'), starts, first: this.count });
    this.count += lines.length;
  }

  /** The line of an entry. */
  line(index: number): string {
    const block = this.blocks[lastWith(this.blocks.length, (at) => (this.blocks[at]?.first ?? 0) <= index)];
    if (block === undefined) return '';
    const start = block.starts[index - block.first] ?? 0;
    return block.text.slice(start, endOfLine(block.text, start));
  }

  /** Calls back with each entry whose line has the text, in their order. */
  find(text: string, onFound: (index: number) => void): void {
    for (const block of this.blocks) {
      let row = 0;
      for (let at = block.text.indexOf(text); at >= 0;) {
        while ((block.starts[row + 1] ?? Infinity) <= at) row += 1;
        const end = endOfLine(block.text, block.starts[row] ?? 0);
        if (at < end) onFound(block.first + row);
        at = block.text.indexOf(text, Math.max(end, at + 1));
      }
    }
  }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end < 0 ? text.length : end;
}

/** The last number below `count` for which it holds, if it holds for all below that. -1: it holds for no number. */
function lastWith(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [-1, count - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
