import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';

/**
 * Runs a text file: a line `name = value` sets a variable, any other line is said. Knows nothing of who debugs
 * it, or from where. Events: `stopped` with a reason, `output` with a text, `ended`.
 */
export class MockRuntime extends EventEmitter {
  lines = [];
  /** The line that runs next; the first is 1. */
  line = 1;
  breakpoints = new Set();
  values = new Map();

  load(program) {
    this.lines = readFileSync(program, 'utf8').trimEnd().split('\n');
  }

  /** @returns whether each of the lines can be stopped at */
  setBreakpoints(lines) {
    const verified = lines.map((line) => this.lines[line - 1] !== undefined);
    this.breakpoints = new Set(lines.filter((_, at) => verified[at]));
    return verified;
  }

  variables() {
    return Object.fromEntries(this.values);
  }

  /** Runs to the next breakpoint, from the one that it stands at. */
  run() {
    while (this.line <= this.lines.length) {
      this.step();
      if (this.breakpoints.has(this.line)) return this.emit('stopped', 'breakpoint');
    }
    this.emit('ended');
  }

  /** Runs from the first line, which may have a breakpoint itself. */
  start() {
    if (this.breakpoints.has(this.line)) this.emit('stopped', 'breakpoint');
    else this.run();
  }

  step() {
    const text = this.lines[this.line - 1];
    const [, name, value] = /^(\w+) = (.*)$/.exec(text) ?? [];
    if (name === undefined) this.emit('output', `${text}\n`);
    else this.values.set(name, value);
    this.line += 1;
  }
}
