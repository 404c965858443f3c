import type { Runtime } from 'node:inspector';
import type { Counter } from './counter.js';
import { DebuggerError } from './debuggerError.js';

/** Something with variables in it: a scope or an object. */
export interface Container {
  readonly objectId: string;
  /** The expression that gives this object, where there is one. Undefined: it has none; '' : a scope. */
  readonly expression?: string | undefined;
  /** How many indexed elements it has: more than 0 for arrays alone. */
  readonly indexedCount: number;
  /** Shown before the properties: `this`, and the value that a function is about to return. */
  readonly extras?: readonly Extra[];
}

/** A variable that is no property of its container. */
export interface Extra {
  readonly name: string;
  readonly value: Runtime.RemoteObject;
  readonly expression?: string;
}

/**
 * The containers of one thread that the adapter may ask for by number. They live until the thread goes on;
 * numbers are never used again, so one of an earlier stop is told apart.
 */
export class Containers {
  private readonly byReference = new Map<number, Container>();

  /** @param references shared by all threads, so that a number says whose it is */
  constructor(private readonly references: Counter) {}

  /** Whether the reference is of this thread, and of this stop. */
  has(reference: number): boolean {
    return this.byReference.has(reference);
  }

  add(container: Container): number {
    const reference = this.references.next();
    this.byReference.set(reference, container);
    return reference;
  }

  /** The reference of a value: 0 where there is nothing to expand. */
  addValue(value: Runtime.RemoteObject, expression: string | undefined): number {
    const { objectId } = value;
    if (objectId === undefined || value.type === 'symbol') return 0;
    return this.add({ objectId, expression, indexedCount: countIndexed(value) });
  }

  /** @throws DebuggerError for a number that was never given out, or at an earlier stop */
  get(reference: number): Container {
    const container = this.byReference.get(reference);
    if (container === undefined) throw staleReference(reference);
    return container;
  }

  clear(): void {
    this.byReference.clear();
  }
}

/** The error of every request for a container that no thread has. */
export function staleReference(reference: number): DebuggerError {
  return new DebuggerError(`variablesReference ${reference} is unknown, or of an earlier stop`);
}

/** How many elements an array has, which the inspector tells in its description alone: `Array(3)`. */
export function countIndexed({ subtype, description }: Runtime.RemoteObject): number {
  if (subtype !== 'array' && subtype !== 'typedarray') return 0;
  return Number(/\((\d+)\)$/.exec(description ?? '')?.[1] ?? 0);
}
