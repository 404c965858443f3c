import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import { OBJECT_GROUPS } from '../debugger/values/objectGroup.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Variable } from '../debugger/values/variables.js';
import { KEPT_VALUES } from '../link/threadLink.js';

/** References of calls: this and the call's id. All others, which begin at 1, never come that far. */
const FIRST_CALL = 2 ** 30;

/**
 * Runs in the program, on the list of kept calls. What comes of it has one property, since that is what clients
 * show beside the text, and expand: the one argument that can be looked into, or else all of them together.
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

/** The values that the program's console calls were given, to be looked into also while the program runs. */
export class ConsoleValues {
  private keptId: string | undefined;

  constructor(private readonly main: Pick<ThreadDebugger, 'client' | 'containers' | 'variables'>) {}

  /** Gets hold of where the values will be. To be called before the program starts. */
  async prepare(): Promise<void> {
    const { result } = await this.main.client.post('Runtime.evaluate', {
      expression: `globalThis[${JSON.stringify(KEPT_VALUES)}]`,
      silent: true,
    });
    this.keptId = result.objectId;
  }

  /** The reference of a call's values. */
  referenceOf(callId: number): number {
    return FIRST_CALL + callId;
  }

  /** Whether a reference is of a call's values. */
  has(reference: number): boolean {
    return reference >= FIRST_CALL;
  }

  /** @throws DebuggerError where they are kept no longer */
  async read(reference: number): Promise<Variable[]> {
    const { containers, variables } = this.main;
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
