import type { StackFrame, Variable } from '../debug/dapMessages.js';
import type { ScopeContents } from '../debug/inspection.js';
import { framePlace, frameSource } from '../debug/sourceView.js';
import type { DemoStop } from './demoSession.js';

const LABEL_WIDTH = 14;

/** Prints the demo: headings, labelled facts, indented blocks. */
export class Transcript {
  constructor(private readonly print: (line: string) => void) {}

  heading(text: string): void {
    this.print(`\n== ${text} ==`);
  }

  fact(label: string, value: string): void {
    this.print(`${label.padEnd(LABEL_WIDTH)}${value}`);
  }

  /** Prints the place and the reason of a stop, with the source around it. */
  stop(title: string, { reason, frame }: DemoStop): void {
    this.print(`\n${title}: ${reason} at ${framePlace(frame)} in ${frame.name}`);
    this.block('', frameSource(frame));
  }

  stack(frames: readonly StackFrame[]): void {
    this.block(
      'Stack',
      frames.map((frame, depth) => `#${String(depth)} ${frame.name}  ${framePlace(frame)}`),
    );
  }

  locals(scopes: readonly ScopeContents[]): void {
    for (const { name, variables } of scopes) this.block(`Variables: ${name}`, variables.map(describe));
  }

  /** Prints an expression, its value and the value's children. */
  evaluation(expression: string, result: string, children: readonly Variable[]): void {
    this.block(`Evaluate ${expression}`, [result, ...children.map((child) => `  ${describe(child)}`)]);
  }

  /** Prints the program's output on one stream. */
  output(stream: 'stdout' | 'stderr', text: string): void {
    this.block(`The program's ${stream}`, text.split('\n').slice(0, -1));
  }

  private block(title: string, lines: readonly string[]): void {
    if (title !== '') this.print(`  ${title}`);
    for (const line of lines) this.print(`    ${line}`);
  }
}

function describe({ name, value }: Variable): string {
  return `${name} = ${value}`;
}
