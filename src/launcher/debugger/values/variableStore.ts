import type { Runtime } from 'node:inspector';
import type { Counter } from '../inspector/counter.js';
import { DebuggerError } from '../inspector/debuggerError.js';

/** How long a reference lasts: until its thread goes on, or for the session, as long as few enough are asked for. */
export type Lifetime = 'stop' | 'session';

/** References that outlive a stop: with one more, the one that was longest not looked at is given up. */
export const MAX_SESSION_REFERENCES = 10_000;

/** How a container is read. `entry`: a key and a value of a Map. `getter`: a value that is not asked for yet. */
export type Shape = 'scope' | 'object' | 'array' | 'map' | 'set' | 'entry' | 'proxy' | 'getter';

/** The object that a container belongs to: a getter's `this`, a prototype's object, an entry's Map. */
export interface Receiver {
  readonly objectId: string;
  readonly expression?: string | undefined;
}

/** A part of a container with very many variables: from the one of `start` to before the one of `end`. */
export interface Part {
  readonly kind: 'indexed' | 'named';
  readonly start: number;
  readonly end: number;
}

/** Where a container was found: it decides how long it lasts, and where new values for it are evaluated. */
export interface Origin {
  readonly lifetime: Lifetime;
  /** The frame in whose scopes it was found. */
  readonly callFrameId?: string | undefined;
}

/** Something with variables in it: a scope or an object. */
export interface Container extends Origin {
  readonly objectId: string;
  readonly shape: Shape;
  /** The expression that gives this object, where there is one. Undefined: it has none; '' : a scope. */
  readonly expression?: string | undefined;
  /** How many indexed elements it has: more than 0 for arrays, typed arrays, Maps and Sets alone. */
  readonly indexedCount: number;
  /** Whether it may have more properties than are read at once. */
  readonly mayBeLarge?: boolean;
  readonly receiver?: Receiver | undefined;
  readonly part?: Part;
  /** Of a scope: its place in the frame's chain, from the innermost on. */
  readonly scopeNumber?: number;
  /** Of a scope whose object is made when the thread stops: the objects of those further in. */
  readonly innerScopes?: readonly string[] | undefined;
  /** Of a function that is a class: its properties are static. */
  readonly isClass?: boolean;
  /** Shown before the properties: `this`, and the value that a function is about to return. */
  readonly extras?: readonly Extra[];
}

/** A variable that is no property of its container. */
export interface Extra {
  readonly name: string;
  readonly value: Runtime.RemoteObject;
  readonly expression?: string;
}

/** Arrays longer than this are sparse, whatever is in them: V8 has no other way to hold them. */
const MAX_DENSE_LENGTH = 1 << 25;

/**
 * The containers of one thread that the adapter may ask for by number. Those of a stop live until the thread
 * goes on, those of the session until there are too many. Numbers are never used again, so a stale one is told.
 */
export class VariableStore {
  private readonly ofStop = new Map<number, Container>();
  /** The one that was longest not looked at first. */
  private readonly ofSession = new Map<number, Container>();
  private touched = false;

  /**
   * @param references shared by all threads, so that a number says whose it is
   * @param release lets go of an object that no container of the session has any more
   */
  constructor(
    private readonly references: Counter,
    private readonly release: (objectId: string) => void,
  ) {}

  /** Whether the reference is of this thread, and still good. */
  has(reference: number): boolean {
    return this.ofStop.has(reference) || this.ofSession.has(reference);
  }

  add(container: Container): number {
    const reference = this.references.next();
    if (container.lifetime === 'stop') this.ofStop.set(reference, container);
    else this.keep(reference, container);
    return reference;
  }

  /**
   * The reference of a value: 0 where there is nothing to expand.
   *
   * @param expression gives the value, where there is one that does
   * @param receiver of a prototype: whose prototype it is
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
      // The elements of arrays are read by their index, however many they are.
      mayBeLarge:
        indexedCount === 0 && type === 'object' && subtype !== 'proxy' && preview?.overflow !== false,
      isClass: type === 'function' && value.description?.startsWith('class') === true,
    });
  }

  /** @throws DebuggerError for a number that was never given out, or is stale */
  get(reference: number): Container {
    const container = this.ofStop.get(reference) ?? this.ofSession.get(reference);
    if (container === undefined) throw staleReference(reference);
    if (container.lifetime === 'session') this.keep(reference, container);
    return container;
  }

  /** To be called where something in the program may be changed by us. */
  touch(): void {
    this.touched = true;
  }

  /** Whether something in the program may have changed since the stop: what was read with it may be out of date. */
  get isTouched(): boolean {
    return this.touched;
  }

  /** To be called when the thread goes on. */
  forgetStop(): void {
    this.ofStop.clear();
    this.touched = false;
  }

  private keep(reference: number, container: Container): void {
    this.ofSession.delete(reference);
    this.ofSession.set(reference, container);
    if (this.ofSession.size <= MAX_SESSION_REFERENCES) return;
    const [oldest] = this.ofSession;
    if (oldest === undefined) return;
    this.ofSession.delete(oldest[0]);
    this.release(oldest[1].objectId);
  }
}

/** The error of every request for a container that no thread has. */
export function staleReference(reference: number): DebuggerError {
  return new DebuggerError(`variablesReference ${reference} is unknown, or of an earlier stop`);
}

/**
 * How many elements a value has, which the inspector tells in its description alone: `Array(3)`. A sparse array
 * has none: what is in it is found among its properties.
 */
export function countIndexed(value: Runtime.RemoteObject): number {
  const { subtype, description } = value;
  if (!['array', 'typedarray', 'map', 'set'].includes(subtype ?? '')) return 0;
  const count = Number(/\((\d+)\)$/.exec(description ?? '')?.[1] ?? 0);
  return subtype === 'array' && isSparse(value, count) ? 0 : count;
}

/** Whether most of an array's elements are missing, as far as its preview shows. */
function isSparse({ preview }: Runtime.RemoteObject, length: number): boolean {
  if (length > MAX_DENSE_LENGTH) return true;
  const shown = preview?.properties.length ?? 0;
  return preview !== undefined && length > 10 * Math.max(shown, 100) && !preview.overflow;
}

function shapeOf({ subtype }: Runtime.RemoteObject): Shape {
  if (subtype === 'array' || subtype === 'typedarray') return 'array';
  return subtype === 'map' || subtype === 'set' || subtype === 'proxy' ? subtype : 'object';
}
