import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';

/** The first reference of a child's values. Those of the program itself are lower, and those of its console calls higher. */
const FIRST_REFERENCE = 2 ** 28;
/** The number of references that are kept. Beyond it the oldest is dropped. */
const MAX_REFERENCES = 100_000;

/** Fields of a variable that mean something in the child's own session alone. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...['evaluateName', 'memoryReference', 'declarationLocationReference', 'valueLocationReference'],
]);

/** Fields of a call that are known of the program's own calls alone: the place of its text in the streams, and its group. */
const CALL_FIELDS: ReadonlySet<string> = new Set(['offset', 'depth', 'group']);

/** A value of a child. */
export interface ChildValue<Owner> {
  readonly owner: Owner;
  readonly reference: number;
}

/** Replaces the references of children's values by references of the parent's session, which shows the values. */
export class ChildReferences<Owner> {
  private readonly values = new Map<number, ChildValue<Owner>>();
  private count = 0;

  /** True if the number is one of these references, also of a value that is no longer kept. */
  isOne(reference: unknown): reference is number {
    return typeof reference === 'number' && reference >= FIRST_REFERENCE && reference < 2 * FIRST_REFERENCE;
  }

  find(reference: number): ChildValue<Owner> | undefined {
    return this.values.get(reference);
  }

  /** Translates the calls of a child. */
  inCalls(owner: Owner, { calls }: Message): Message {
    const list: unknown[] = Array.isArray(calls) ? calls : [];
    return { calls: list.filter(isRecord).map((call) => this.inCall(owner, call)) };
  }

  /** Translates the body of a response to `variables`. */
  inVariables(owner: Owner, { variables }: Message): Message {
    const list: unknown[] = Array.isArray(variables) ? variables : [];
    return { variables: list.filter(isRecord).map((variable) => this.inVariable(owner, variable)) };
  }

  private inCall(owner: Owner, call: Message): Message {
    const { source, ...rest } = without(CALL_FIELDS, this.withReference(owner, call));
    // A source without a path is one of the child's session.
    if (!isRecord(source) || typeof source.path !== 'string') return rest;
    return { ...rest, source: { name: source.name, path: source.path } };
  }

  private inVariable(owner: Owner, variable: Message): Message {
    return this.withReference(owner, without(OWN_FIELDS, variable));
  }

  private withReference(owner: Owner, message: Message): Message {
    const { variablesReference: reference } = message;
    if (typeof reference !== 'number' || reference <= 0) return message;
    return { ...message, variablesReference: this.add({ owner, reference }) };
  }

  private add(value: ChildValue<Owner>): number {
    this.count = (this.count + 1) % FIRST_REFERENCE;
    const reference = FIRST_REFERENCE + this.count;
    this.values.set(reference, value);
    if (this.values.size > MAX_REFERENCES) {
      const [oldest] = this.values.keys();
      if (oldest !== undefined) this.values.delete(oldest);
    }
    return reference;
  }
}

function without(names: ReadonlySet<string>, message: Message): Message {
  return Object.fromEntries(Object.entries(message).filter(([name]) => !names.has(name)));
}
