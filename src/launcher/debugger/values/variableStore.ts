import type { Runtime } from 'node:inspector';
import type { Counter } from '../inspector/counter.js';
import type { ShownName } from '../names/visibleNames.js';
import { DebuggerError } from '../inspector/debuggerError.js';

/** The lifetime of a reference: until its thread continues, or for the whole session. */
export type Lifetime = 'stop' | 'session';

/**
 * The most references that outlive a stop: 10,000 per thread. The least recently used reference is dropped.
 */
export const MAX_SESSION_REFERENCES = 10_000;

/**
 * The kind of a container. `entry` is a key and a value of a Map; `getter` is a value that has not been read;
 * `values` are values without an object around them: the container's `extras`.
 */
export type Shape = 'scope' | 'object' | 'array' | 'map' | 'set' | 'entry' | 'proxy' | 'getter' | 'values';

/**
 * The object that a container belongs to: the `this` of a getter, the object of a prototype, the Map of an
 * entry.
 */
export interface Receiver {
  readonly objectId: string;
  readonly expression?: string | undefined;
}

/** A range of the variables of a large container. The end is exclusive. */
export interface Chunk {
  readonly kind: 'indexed' | 'named';
  readonly start: number;
  readonly end: number;
}

/** The origin of a container, which determines its lifetime and where new values are evaluated. */
export interface Origin {
  readonly lifetime: Lifetime;
  /** The frame in whose scopes the container was found. */
  readonly callFrameId?: string | undefined;
}

/** Gives the name under which a variable of a scope is shown, for its name in the script. */
export type ScopeNames = (name: string) => ShownName;

/** A scope or an object with variables. */
export interface VariableContainer extends Origin {
  /** Empty for the shape `values`. */
  readonly objectId: string;
  readonly shape: Shape;
  /**
   * The expression that evaluates to this object. Undefined if there is no such expression; empty for a
   * scope.
   */
  readonly expression?: string | undefined;
  /** The number of elements, which is above 0 only for arrays, typed arrays, Maps and Sets. */
  readonly indexedCount: number;
  /** True if the object may have more properties than are read at once. */
  readonly mayBeLarge?: boolean;
  readonly receiver?: Receiver | undefined;
  readonly chunk?: Chunk;
  /** The index of a scope in the frame's scope chain, innermost first. */
  readonly scopeNumber?: number;
  /** The objects of the inner scopes, for a scope whose object is created when the thread stops. */
  readonly innerScopes?: readonly string[] | undefined;
  /** The names under which the variables of a scope are shown, where a compiler has renamed them. */
  readonly names?: ScopeNames | undefined;
  /** True if the object is a class, whose properties are static. */
  readonly isClass?: boolean;
  /**
   * Variables that are shown before the properties: `this`, and the return value of a function that returns.
   */
  readonly extras?: readonly Extra[];
}

/** A variable that is not a property of its container. */
export interface Extra {
  readonly name: string;
  readonly value: Runtime.RemoteObject;
  readonly expression?: string;
}

/** The longest dense array. V8 stores longer arrays as sparse arrays. */
const MAX_DENSE_LENGTH = 1 << 25;

/**
 * The variable containers of one thread, which the adapter refers to by number. Containers of a stop are
 * valid until the thread continues; containers of the session are valid until too many are in use. A number
 * is never used again, so stale numbers are detected.
 */
export class VariableStore {
  private readonly stopContainers = new Map<number, VariableContainer>();
  /** Ordered by last use, the least recently used container first. */
  private readonly sessionContainers = new Map<number, VariableContainer>();
  private hasChanged = false;

  /**
   * @param references shared by all threads, so that a reference identifies its thread
   * @param release releases an object whose session container was dropped
   */
  constructor(
    private readonly references: Counter,
    private readonly release: (objectId: string) => void,
  ) {}

  /** True if the reference belongs to this thread and is valid. */
  has(reference: number): boolean {
    return this.stopContainers.has(reference) || this.sessionContainers.has(reference);
  }

  add(container: VariableContainer): number {
    const reference = this.references.next();
    if (container.lifetime === 'stop') this.stopContainers.set(reference, container);
    else this.storeForSession(reference, container);
    return reference;
  }

  /**
   * Stores a value and returns its reference, or 0 if the value cannot be expanded.
   *
   * @param expression evaluates to the value, if there is such an expression
   * @param receiver the object of a prototype
   */
  addValue(
    value: Runtime.RemoteObject,
    expression: string | undefined,
    { lifetime, callFrameId }: Origin,
    receiver?: Receiver,
  ): number {
    const { objectId, type, subtype, preview } = value;
    if (objectId === undefined || type === 'symbol') return 0;
    const indexedCount = countIndexed(value);
    return this.add({
      ...{ objectId, lifetime, callFrameId, expression, receiver },
      shape: shapeOf(value),
      indexedCount,
      // Elements of arrays are read by index, so their number does not matter.
      mayBeLarge:
        indexedCount === 0 && type === 'object' && subtype !== 'proxy' && preview?.overflow !== false,
      isClass: type === 'function' && value.description?.startsWith('class') === true,
    });
  }

  /** Stores values that outlive a stop, and returns the reference of them all. */
  addValues(extras: readonly Extra[]): number {
    return this.add({ objectId: '', shape: 'values', lifetime: 'session', indexedCount: 0, extras });
  }

  /** @throws DebuggerError if the reference is unknown or stale */
  get(reference: number): VariableContainer {
    const container = this.stopContainers.get(reference) ?? this.sessionContainers.get(reference);
    if (container === undefined) throw staleReference(reference);
    if (container.lifetime === 'session') this.storeForSession(reference, container);
    return container;
  }

  /** Records that the debugger may have changed something in the program. */
  markChanged(): void {
    this.hasChanged = true;
  }

  /** True if the program may have changed since the stop. Objects of scopes may then be out of date. */
  get mayHaveChanged(): boolean {
    return this.hasChanged;
  }

  /** Drops the containers of a stop. Must be called when the thread continues. */
  clearStop(): void {
    this.stopContainers.clear();
    this.hasChanged = false;
  }

  private storeForSession(reference: number, container: VariableContainer): void {
    this.sessionContainers.delete(reference);
    this.sessionContainers.set(reference, container);
    if (this.sessionContainers.size <= MAX_SESSION_REFERENCES) return;
    const [oldest] = this.sessionContainers;
    if (oldest === undefined) return;
    this.sessionContainers.delete(oldest[0]);
    for (const objectId of objectsOf(oldest[1])) this.release(objectId);
  }
}

/** The objects that a container holds in the program. */
function objectsOf({ shape, objectId, extras = [] }: VariableContainer): string[] {
  return shape === 'values' ? extras.flatMap(({ value }) => value.objectId ?? []) : [objectId];
}

/** Creates the error for a reference that is unknown in all threads. */
export function staleReference(reference: number): DebuggerError {
  return new DebuggerError(`variablesReference ${reference} is unknown, or of an earlier stop`);
}

/**
 * Counts the elements of a value. The inspector gives the number only in the description: `Array(3)`. The
 * result is 0 for a sparse array, whose elements are read as properties.
 */
export function countIndexed(value: Runtime.RemoteObject): number {
  const { subtype, description } = value;
  if (!['array', 'typedarray', 'map', 'set'].includes(subtype ?? '')) return 0;
  const count = Number(/\((\d+)\)$/.exec(description ?? '')?.[1] ?? 0);
  return subtype === 'array' && isSparse(value, count) ? 0 : count;
}

/** True if most elements of an array are missing, judging by its preview. */
function isSparse({ preview }: Runtime.RemoteObject, length: number): boolean {
  if (length > MAX_DENSE_LENGTH) return true;
  const shown = preview?.properties.length ?? 0;
  return preview !== undefined && length > 10 * Math.max(shown, 100) && !preview.overflow;
}

function shapeOf({ subtype }: Runtime.RemoteObject): Shape {
  if (subtype === 'array' || subtype === 'typedarray') return 'array';
  return subtype === 'map' || subtype === 'set' || subtype === 'proxy' ? subtype : 'object';
}
