import type { Debugger, Runtime } from 'node:inspector';
import type { Counter } from '../inspector/counter.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { errorInExpression, withoutSemicolon } from '../breakpoints/syntax.js';
import { formatException } from '../formatting/valueFormat.js';
import type { ThrownException } from './exception.js';

/** `all`: whatever is thrown. `uncaught`: what V8 expects to be caught by nobody. */
export type ExceptionFilter = 'all' | 'uncaught';

/** A filter as asked for. */
export interface ExceptionRequest {
  readonly filter: string;
  /** Stops only where this expression is truthy, which sees what was thrown as `error`. */
  readonly condition?: string | undefined;
}

/** A filter as it is. */
export interface ExceptionBreakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly message?: string;
}

interface Filter {
  readonly filter: ExceptionFilter;
  readonly condition: string | undefined;
  readonly state: ExceptionBreakpoint;
}

/** A thread that exceptions are stopped in. */
interface ThrowingThread {
  readonly client: InspectorClient;
}

/** Stands for the objects that conditions need: released with the condition. */
const CONDITION_GROUP = 'debug-adapter-ipc exceptions';
const APPLY = 'function (condition, error) { return !!condition(error); }';

/** Which exceptions the program stops at, in all of its threads. */
export class ExceptionBreakpoints {
  private filters: readonly Filter[] = [];
  private readonly threads = new Set<ThrowingThread>();
  /** The filters whose condition has thrown. */
  private readonly told = new Set<number>();

  /** @param told takes a line on what is wrong with a condition */
  constructor(
    private readonly ids: Counter,
    private readonly tell: (line: string) => void,
  ) {}

  async join(thread: ThrowingThread): Promise<void> {
    this.threads.add(thread);
    if (this.filters.length > 0) await this.setIn(thread);
  }

  leave(thread: ThrowingThread): void {
    this.threads.delete(thread);
  }

  /** Replaces the filters. The result has one entry for each request, in the same order. */
  async replace(requests: readonly ExceptionRequest[]): Promise<ExceptionBreakpoint[]> {
    const filters = requests.map((request) => createFilter(this.ids.next(), request));
    this.filters = filters;
    await Promise.all([...this.threads].map((thread) => this.setIn(thread)));
    return filters.map(({ state }) => state);
  }

  /** Which filters stop at what was thrown; none: the program is to go on. */
  async matchingFilters(
    thread: ThrowingThread,
    thrown: ThrownException,
    frame: Debugger.CallFrame | undefined,
  ): Promise<number[]> {
    const ids: number[] = [];
    for (const filter of this.filters) {
      if (filter.state.verified && (thrown.isUncaught || filter.filter === 'all')) {
        if (await this.holds(thread, filter, thrown, frame)) ids.push(filter.state.id);
      }
    }
    return ids;
  }

  private async setIn({ client }: ThrowingThread): Promise<void> {
    const wanted = this.filters.filter(({ state }) => state.verified).map(({ filter }) => filter);
    const state = wanted.includes('all') ? 'all' : wanted.includes('uncaught') ? 'uncaught' : 'none';
    await client.post('Debugger.setPauseOnExceptions', { state });
  }

  private async holds(
    { client }: ThrowingThread,
    { condition, state }: Filter,
    { value }: ThrownException,
    frame: Debugger.CallFrame | undefined,
  ): Promise<boolean> {
    if (condition === undefined || frame === undefined) return true;
    const options = { objectGroup: CONDITION_GROUP, silent: true };
    const expression = `(error) => (${condition}\n)`;
    const { callFrameId } = frame;
    const made = await client.post('Debugger.evaluateOnCallFrame', { callFrameId, expression, ...options });
    const { result, exceptionDetails } = await client.post('Runtime.callFunctionOn', {
      objectId: made.result.objectId ?? '',
      functionDeclaration: APPLY,
      arguments: [argumentFor(made.result), argumentFor(value)],
      ...options,
    });
    await client.post('Runtime.releaseObjectGroup', { objectGroup: CONDITION_GROUP });
    if (exceptionDetails !== undefined) this.tellOnce(state.id, formatException(exceptionDetails));
    return exceptionDetails === undefined && result.value === true;
  }

  private tellOnce(id: number, text: string): void {
    if (this.told.has(id)) return;
    this.told.add(id);
    this.tell(`The condition of the exception breakpoint threw, and counts as false: ${text}`);
  }
}

function createFilter(id: number, request: ExceptionRequest): Filter {
  const { filter } = request;
  const condition = request.condition === undefined ? undefined : withoutSemicolon(request.condition);
  const problem =
    filter !== 'all' && filter !== 'uncaught'
      ? `there is no exception filter "${filter}": "all" or "uncaught"`
      : problemOf(condition);
  const state = { id, verified: problem === undefined, ...(problem !== undefined && { message: problem }) };
  return { filter: filter === 'all' ? 'all' : 'uncaught', condition, state };
}

function problemOf(condition: string | undefined): string | undefined {
  const error = condition === undefined ? undefined : errorInExpression(condition);
  return error === undefined ? undefined : `the condition is no expression: ${error}`;
}

function argumentFor({ objectId, unserializableValue, value }: Runtime.RemoteObject): Runtime.CallArgument {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value: value as unknown } : { unserializableValue };
}
