import { contentOf } from '../format/classify.js';
import type { TraceEntry } from '../format/traceFormat.js';
import type { Report } from './problem.js';

/** Requests after which the program runs, and with it every reference of the stop ends. */
const RESUMING: ReadonlySet<string> = new Set([
  'continue',
  'goto',
  'next',
  'restartFrame',
  'reverseContinue',
  'stepBack',
  'stepIn',
  'stepOut',
]);
/** The deepest that a body is looked through for references. */
const MAX_DEPTH = 12;

type Kind = 'frameId' | 'variablesReference';

/** The references that an adapter gives while the program is stopped, and that end when it runs on. */
export class References {
  private readonly current = new Set<string>();
  private readonly ended = new Set<string>();
  private isStopped = false;

  /** Looks at a message: at the references that it gives, uses or ends. */
  note({ kind, name = '', ok, message }: TraceEntry, report: Report): void {
    const content = contentOf(message);
    if (kind === 'request') this.checkUse(name, content, report);
    if (kind === 'event') this.noteEvent(name, content);
    if (kind !== 'response' || ok === false) return;
    // One thread may run on while another stays.
    if (RESUMING.has(name) && content.allThreadsContinued !== false) this.resume();
    else this.collect(content, 0);
  }

  private noteEvent(name: string, content: Readonly<Record<string, unknown>>): void {
    if (name === 'stopped') this.isStopped = true;
    if (name === 'continued' && content.allThreadsContinued !== false) this.resume();
  }

  private checkUse(name: string, args: Readonly<Record<string, unknown>>, report: Report): void {
    for (const kind of ['frameId', 'variablesReference'] as const) {
      const id = args[kind];
      if (typeof id === 'number' && this.ended.has(`${kind} ${id}`)) {
        report('stale-reference', `${name} uses ${kind} ${id}, which ended when the program ran on`);
      }
    }
  }

  /** References that were given while the program ran stay. */
  private collect(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
    if (Array.isArray(value)) {
      for (const item of value) this.collect(item, depth + 1);
      return;
    }
    const { variablesReference, stackFrames } = value as Readonly<Record<string, unknown>>;
    this.give('variablesReference', variablesReference);
    if (Array.isArray(stackFrames)) for (const frame of stackFrames) this.give('frameId', idOf(frame));
    for (const inner of Object.values(value)) this.collect(inner, depth + 1);
  }

  private give(kind: Kind, id: unknown): void {
    if (typeof id !== 'number' || id <= 0) return;
    const name = `${kind} ${id}`;
    this.ended.delete(name);
    if (this.isStopped) this.current.add(name);
  }

  private resume(): void {
    this.isStopped = false;
    for (const name of this.current) this.ended.add(name);
    this.current.clear();
  }
}

function idOf(frame: unknown): unknown {
  return typeof frame === 'object' && frame !== null && 'id' in frame ? frame.id : undefined;
}
