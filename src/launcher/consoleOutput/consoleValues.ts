import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import { OBJECT_GROUPS } from '../debugger/values/objectGroup.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Variable } from '../debugger/values/variables.js';
import { KEPT_VALUES } from '../link/threadLink.js';

/**
 * Runs in the program, on the list of kept calls. Returns an object with one property, because clients show
 * one property beside the text, and expand it: the only argument that can be expanded, or else all arguments.
 */
const LOOK_UP = `function (id) {
  const call = this.find((kept) => kept !== undefined && kept.id === id);
  if (call === undefined) return undefined;
  const all = { __proto__: null };
  const inner = [];
  for (let at = 0; at < call.args.length; at++) {
    const value = call.args[at];
    all['arg' + at] = value;
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') inner.push('arg' + at);
  }
  return { __proto__: null, ...(inner.length === 1 ? { [inner[0]]: all[inner[0]] } : { arguments: all }) };
}`;

/** Reads the arguments of a thread's console calls, also while the thread runs. */
export class ConsoleValues {
  private keptId: string | undefined;

  constructor(
    private readonly thread: Pick<
      ThreadDebugger,
      'client' | 'variableStore' | 'variables' | 'recordCounterId'
    >,
  ) {}

  /**
   * Gets the list that will hold the arguments in the main thread, and its counter of records for log points. Must be called
   * before the program starts.
   */
  async prepare(): Promise<void> {
    const { result } = await this.thread.client.post('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(KEPT_VALUES)}]`,
      silent: true,
    });
    this.use(result.objectId);
    const counter = await this.thread.client.post('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(KEPT_VALUES)}]?.written`,
      silent: true,
    });
    this.thread.recordCounterId = counter.result.objectId;
  }

  /** Sets the list that holds the arguments. @param keptId undefined: no calls are kept */
  use(keptId: string | undefined): void {
    this.keptId = keptId;
  }

  /** @throws DebuggerError if the arguments are no longer kept */
  async read(callId: number): Promise<Variable[]> {
    const { variableStore: containers, variables } = this.thread;
    const objectId = await this.lookUp(callId);
    if (objectId !== undefined) {
      const container = { objectId, shape: 'object', lifetime: 'session', indexedCount: 0 } as const;
      return variables.read(containers.add(container), {});
    }
    throw valuesAreGone();
  }

  private async lookUp(callId: number): Promise<string | undefined> {
    if (this.keptId === undefined) return undefined;
    const { result } = await this.thread.client.post('Runtime.callFunctionOn', {
      objectId: this.keptId,
      functionDeclaration: LOOK_UP,
      arguments: [{ value: callId }],
      objectGroup: OBJECT_GROUPS.session,
      silent: true,
    });
    return result.objectId;
  }
}

/** Creates the error for values that are not there any more. */
export function valuesAreGone(): DebuggerError {
  return new DebuggerError(
    'the values of this output are not kept any more: there were too many console calls since, or their thread has ended',
  );
}
