/** Collects the lines of a JSON object that is printed over several lines. */
export class JsonCollector {
  private lines: string[] = [];
  private depth = 0;

  /** Adds a line. @returns the text of the object once it is whole */
  add(line: string): string | undefined {
    this.lines.push(line);
    this.depth += depthOf(line);
    if (this.depth > 0) return undefined;
    const text = this.lines.join('\n');
    this.lines = [];
    this.depth = 0;
    return text;
  }

  get isOpen(): boolean {
    return this.lines.length > 0;
  }
}

/** How much deeper the line's end is nested than its start. Printed JSON has no line end within a text. */
function depthOf(line: string): number {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (inText) {
      if (character === '\\') at += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return depth;
}
