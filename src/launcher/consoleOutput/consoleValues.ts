import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import { OBJECT_GROUPS } from '../debugger/values/objectGroup.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Variable } from '../debugger/values/variables.js';
import { KEPT_VALUES } from '../link/threadLink.js';

/** Added to a call's id to make its reference. Other references count from 1 and never get that high. */
const FIRST_CALL = 2 ** 30;

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

/** Reads the arguments of the program's console calls, also while the program runs. */
export class ConsoleValues {
  private keptId: string | undefined;

  constructor(
    private readonly main: Pick<ThreadDebugger, 'client' | 'variableStore' | 'variables' | 'recordCounterId'>,
  ) {}

  /**
   * Gets the list that will hold the arguments, and its counter of records for log points. Must be called before the
   * program starts.
   */
  async prepare(): Promise<void> {
    const { result } = await this.main.client.post('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(KEPT_VALUES)}]`,
      silent: true,
    });
    this.keptId = result.objectId;
    const counter = await this.main.client.post('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(KEPT_VALUES)}]?.written`,
      silent: true,
    });
    this.main.recordCounterId = counter.result.objectId;
  }

  /** Returns the reference of a call's arguments. */
  referenceOf(callId: number): number {
    return FIRST_CALL + callId;
  }

  /** True if a reference belongs to the arguments of a call. */
  has(reference: number): boolean {
    return reference >= FIRST_CALL;
  }

  /** @throws DebuggerError if the arguments are no longer kept */
  async read(reference: number): Promise<Variable[]> {
    const { variableStore: containers, variables } = this.main;
    const objectId = await this.lookUp(reference - FIRST_CALL);
    if (objectId !== undefined) {
      const container = { objectId, shape: 'object', lifetime: 'session', indexedCount: 0 } as const;
      return variables.read(containers.add(container), {});
    }
    throw new DebuggerError(
      'the values of this output are not kept any more: there were too many console calls since',
    );
  }

  private async lookUp(callId: number): Promise<string | undefined> {
    if (this.keptId === undefined) return undefined;
    const { result } = await this.main.client.post('Runtime.callFunctionOn', {
      objectId: this.keptId,
      functionDeclaration: LOOK_UP,
      arguments: [{ value: callId }],
      objectGroup: OBJECT_GROUPS.session,
      silent: true,
    });
    return result.objectId;
  }
}
