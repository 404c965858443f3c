import type { Debugger, Runtime } from 'node:inspector';
import type { Counter } from '../inspector/counter.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { errorInExpression, withoutSemicolon } from '../breakpoints/syntax.js';
import { formatException } from '../formatting/valueFormat.js';
import type { ThrownException } from './exception.js';

/** `all` applies to all exceptions; `uncaught` to those that V8 expects not to be caught. */
export type ExceptionFilter = 'all' | 'uncaught';

/** A requested exception filter. */
export interface ExceptionRequest {
  readonly filter: string;
  /** Stops only if this expression is truthy. The exception is available in it as `error`. */
  readonly condition?: string | undefined;
}

/** An exception filter as reported to the adapter. */
export interface ExceptionBreakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly message?: string;
}

interface Filter {
  readonly filter: ExceptionFilter;
  readonly condition: string | undefined;
  readonly breakpoint: ExceptionBreakpoint;
}

/** A thread that stops at exceptions. */
interface DebuggedThread {
  readonly client: InspectorClient;
}

/** The object group for evaluating a condition, released after each evaluation. */
const CONDITION_GROUP = 'debug-adapter-ipc exceptions';
const APPLY_CONDITION = 'function (condition, error) { return !!condition(error); }';

/** The exception filters of the program, which apply to all its threads. */
export class ExceptionBreakpoints {
  private filters: readonly Filter[] = [];
  private readonly threads = new Set<DebuggedThread>();
  /** The ids of the filters whose condition has thrown. */
  private readonly reportedIds = new Set<number>();

  constructor(
    private readonly ids: Counter,
    private readonly listener: {
      /** Stops are to be expected: also caught exceptions stop. */
      stopExpected(): void;
      /** A condition has failed. @param line describes the failure */
      report(line: string): void;
    },
  ) {}

  async addThread(thread: DebuggedThread): Promise<void> {
    this.threads.add(thread);
    if (this.filters.length > 0) await this.applyTo(thread);
  }

  removeThread(thread: DebuggedThread): void {
    this.threads.delete(thread);
  }

  /** Replaces the filters. The result has one entry per request, in the same order. */
  async replace(requests: readonly ExceptionRequest[]): Promise<ExceptionBreakpoint[]> {
    const filters = requests.map((request) => createFilter(this.ids.next(), request));
    this.filters = filters;
    if (stateOf(filters) === 'all') this.listener.stopExpected();
    await Promise.all([...this.threads].map((thread) => this.applyTo(thread)));
    return filters.map(({ breakpoint }) => breakpoint);
  }

  /** The ids of the filters that stop at an exception. If the result is empty, the program continues. */
  async matchingFilters(
    thread: DebuggedThread,
    exception: ThrownException,
    frame: Debugger.CallFrame | undefined,
  ): Promise<number[]> {
    const ids: number[] = [];
    for (const filter of this.filters) {
      if (filter.breakpoint.verified && (exception.isUncaught || filter.filter === 'all')) {
        if (await this.holds(thread, filter, exception, frame)) ids.push(filter.breakpoint.id);
      }
    }
    return ids;
  }

  private async applyTo({ client }: DebuggedThread): Promise<void> {
    await client.post('Debugger.setPauseOnExceptions', { state: stateOf(this.filters) });
  }

  private async holds(
    { client }: DebuggedThread,
    { condition, breakpoint }: Filter,
    { value }: ThrownException,
    frame: Debugger.CallFrame | undefined,
  ): Promise<boolean> {
    if (condition === undefined || frame === undefined) return true;
    const options = { objectGroup: CONDITION_GROUP, silent: true };
    const expression = `(error) => (${condition}\n)`;
    const { callFrameId } = frame;
    const compiled = await client.post('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression,
      ...options,
    });
    const { result, exceptionDetails } = await client.post('Runtime.callFunctionOn', {
      objectId: compiled.result.objectId ?? '',
      functionDeclaration: APPLY_CONDITION,
      arguments: [argumentFor(compiled.result), argumentFor(value)],
      ...options,
    });
    await client.post('Runtime.releaseObjectGroup', { objectGroup: CONDITION_GROUP });
    if (exceptionDetails !== undefined) this.reportOnce(breakpoint.id, formatException(exceptionDetails));
    return exceptionDetails === undefined && result.value === true;
  }

  private reportOnce(id: number, text: string): void {
    if (this.reportedIds.has(id)) return;
    this.reportedIds.add(id);
    this.listener.report(`The condition of the exception breakpoint threw, and counts as false: ${text}`);
  }
}

/** The state for V8. */
function stateOf(filters: readonly Filter[]): ExceptionFilter | 'none' {
  const names = filters.filter(({ breakpoint }) => breakpoint.verified).map(({ filter }) => filter);
  if (names.includes('all')) return 'all';
  return names.includes('uncaught') ? 'uncaught' : 'none';
}

function createFilter(id: number, request: ExceptionRequest): Filter {
  const { filter } = request;
  const condition = request.condition === undefined ? undefined : withoutSemicolon(request.condition);
  const problem =
    filter !== 'all' && filter !== 'uncaught'
      ? `there is no exception filter "${filter}": "all" or "uncaught"`
      : problemOf(condition);
  const breakpoint = {
    id,
    verified: problem === undefined,
    ...(problem !== undefined && { message: problem }),
  };
  return { filter: filter === 'all' ? 'all' : 'uncaught', condition, breakpoint };
}

function problemOf(condition: string | undefined): string | undefined {
  const error = condition === undefined ? undefined : errorInExpression(condition);
  return error === undefined ? undefined : `the condition is no expression: ${error}`;
}

function argumentFor({ objectId, unserializableValue, value }: Runtime.RemoteObject): Runtime.CallArgument {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value: value as unknown } : { unserializableValue };
}
