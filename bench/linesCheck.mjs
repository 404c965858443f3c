/** Checks that every numbered line of a program arrives once and in order. */
export class LinesCheck {
  rest = '';
  expected = 0;
  wrong = 0;

  constructor(count) {
    this.count = count;
  }

  take(text) {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith(`line ${this.expected} `)) this.expected += 1;
      else this.wrong += 1;
    }
  }

  /** Number of lines that are missing, out of order or cut. Valid at the end. */
  get lost() {
    return this.count - this.expected + this.wrong + (this.rest === '' ? 0 : 1);
  }
}
