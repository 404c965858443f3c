import type { Debugger } from 'node:inspector';
import { Counter } from '../inspector/counter.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { CallTarget } from './targetedStep.js';

/** A call that `stepIn` can select. */
export interface StepInTarget {
  readonly id: number;
  readonly label: string;
  readonly line: number;
  readonly column: number;
}

/** A selectable call with its label. */
export interface NamedCall extends CallTarget {
  readonly label: string;
}

/** The most lines of a statement that are searched for calls. */
const MAX_STATEMENT_LINES = 50;
const MAX_LABEL_LENGTH = 60;

/** Finds the calls in the statement at a frame's location, in the order of the text. */
export async function findCalls(
  client: InspectorClient,
  { location: start }: Debugger.CallFrame,
): Promise<NamedCall[]> {
  const { scriptId } = start;
  const { scriptSource } = await client.post('Debugger.getScriptSource', { scriptId });
  const lines = scriptSource.split('\n');
  const end = { scriptId, lineNumber: lineAfter(lines, start), columnNumber: 0 };
  const { locations } = await client.post('Debugger.getPossibleBreakpoints', {
    start,
    end,
    restrictToFunction: true,
  });
  return locations
    .filter(({ type }) => type === 'call')
    .map((at) => ({ at, start, end, label: labelOf(lines, at) }));
}

/**
 * The line after a statement. V8 does not report the end of a statement, so open brackets and continued
 * member chains in the text determine it. Brackets in strings may cause additional calls in the list.
 */
function lineAfter(lines: readonly string[], { lineNumber, columnNumber = 0 }: Debugger.Location): number {
  let open = 0;
  for (let at = lineNumber; at < Math.min(lines.length, lineNumber + MAX_STATEMENT_LINES); at++) {
    const text = (lines[at] ?? '').slice(at === lineNumber ? columnNumber : 0);
    open += count(text, /[([]/g) - count(text, /[)\]]/g);
    if (open <= 0 && !/^\s*\??\./.test(lines[at + 1] ?? '')) return at + 1;
  }
  return lineNumber + 1;
}

function count(text: string, characters: RegExp): number {
  return text.match(characters)?.length ?? 0;
}

function labelOf(lines: readonly string[], { lineNumber, columnNumber = 0 }: Debugger.Location): string {
  const line = lines[lineNumber] ?? '';
  let start = columnNumber;
  while (start > 0 && /[\w$.#?]/.test(line.charAt(start - 1))) start -= 1;
  const owner = line.slice(start, columnNumber);
  const callee = /^(?:new\s+)?[^(,;{}]*/.exec(line.slice(columnNumber))?.[0].trim() ?? '';
  const name = owner + callee;
  return `${name.length > MAX_LABEL_LENGTH ? `…${name.slice(-MAX_LABEL_LENGTH)}` : name}(…)`;
}

/**
 * The calls that can be selected at a thread's stop. An id is never used again, so stale ids are detected.
 */
export class CallTargets {
  private readonly ids = new Counter();
  private readonly byId = new Map<number, CallTarget>();

  /** @returns the id for selecting the call */
  add(call: CallTarget): number {
    const id = this.ids.next();
    this.byId.set(id, call);
    return id;
  }

  /** @throws DebuggerError if the id belongs to an earlier stop */
  get(id: number): CallTarget {
    const call = this.byId.get(id);
    if (call === undefined)
      throw new DebuggerError(`call ${id} is not of this stop: ask for stepInTargets again`);
    return call;
  }

  /** Removes all calls. Must be called when the thread continues. */
  clear(): void {
    this.byId.clear();
  }
}
