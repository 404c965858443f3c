import { OBJECT_GROUPS } from '../debugger/values/objectGroup.js';
import type { ThreadDebugger } from '../debugger/threadDebugger.js';
import type { Variable } from '../debugger/values/variables.js';
import { ConsoleValues, valuesAreGone } from './consoleValues.js';
import { BINDING_NAME, WORKER_HOOK } from './workerConsole.js';

/** The first reference of the arguments of a worker's call. Those of the main thread are higher, all others lower. */
const FIRST_REFERENCE = 2 ** 29;
/** Number of calls whose arguments can be requested. */
const MAX_REFERENCES = 10_000;
/** The id that V8 gives to the first context of a thread. The contexts of `node:vm` have others. */
const MAIN_CONTEXT = 1;

/** Records the console calls of worker threads. */
export class WorkerCalls {
  private readonly byReference = new Map<number, { readonly values: ConsoleValues; readonly call: number }>();
  private references = 0;
  /** The number of threads. */
  size = 0;

  /** @param recorded receives each record, as the thread has written it, with the reference of a call by its id */
  constructor(private readonly recorded: (record: string, referenceOf: (call: number) => number) => void) {}

  /** Hooks the console of a thread. Must be called before the thread runs anything. */
  async add(thread: ThreadDebugger): Promise<void> {
    const { client } = thread;
    this.size += 1;
    const values = new ConsoleValues(thread);
    client.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING_NAME) this.recorded(payload, (call) => this.addReference(values, call));
    });
    await client.post('Runtime.addBinding', { name: BINDING_NAME, executionContextId: MAIN_CONTEXT });
    const { result } = await client.post('Runtime.evaluate', {
      expression: WORKER_HOOK,
      objectGroup: OBJECT_GROUPS.session,
      silent: true,
    });
    values.use(result.objectId);
  }

  has(reference: number): boolean {
    return reference >= FIRST_REFERENCE && reference < 2 * FIRST_REFERENCE;
  }

  /** @throws DebuggerError if the arguments are no longer kept, or the thread has ended */
  async read(reference: number): Promise<Variable[]> {
    const found = this.byReference.get(reference);
    if (found === undefined) throw valuesAreGone();
    return found.values.read(found.call);
  }

  private addReference(values: ConsoleValues, call: number): number {
    this.references = (this.references + 1) % FIRST_REFERENCE;
    const reference = FIRST_REFERENCE + this.references;
    this.byReference.set(reference, { values, call });
    this.byReference.delete(reference - MAX_REFERENCES);
    return reference;
  }
}
