import type { Runtime } from 'node:inspector';
import type { Counter } from './counter.js';
import { DebuggerError } from './debuggerError.js';

/** How long a reference lasts: until its thread goes on, or for the session, as long as few enough are asked for. */
export type Lifetime = 'stop' | 'session';

/** References that outlive a stop: with one more, the one that was longest not looked at is given up. */
export const MAX_SESSION_REFERENCES = 10_000;

/** Something with variables in it: a scope or an object. */
export interface Container {
  readonly objectId: string;
  readonly lifetime: Lifetime;
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
 * The containers of one thread that the adapter may ask for by number. Those of a stop live until the thread
 * goes on, those of the session until there are too many. Numbers are never used again, so a stale one is told.
 */
export class Containers {
  private readonly ofStop = new Map<number, Container>();
  /** The one that was longest not looked at first. */
  private readonly ofSession = new Map<number, Container>();

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

  /** The reference of a value: 0 where there is nothing to expand. */
  addValue(value: Runtime.RemoteObject, expression: string | undefined, lifetime: Lifetime): number {
    const { objectId } = value;
    if (objectId === undefined || value.type === 'symbol') return 0;
    return this.add({ objectId, lifetime, expression, indexedCount: countIndexed(value) });
  }

  /** @throws DebuggerError for a number that was never given out, or is stale */
  get(reference: number): Container {
    const container = this.ofStop.get(reference) ?? this.ofSession.get(reference);
    if (container === undefined) throw staleReference(reference);
    if (container.lifetime === 'session') this.keep(reference, container);
    return container;
  }

  /** To be called when the thread goes on. */
  forgetStop(): void {
    this.ofStop.clear();
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

/** How many elements an array has, which the inspector tells in its description alone: `Array(3)`. */
export function countIndexed({ subtype, description }: Runtime.RemoteObject): number {
  if (subtype !== 'array' && subtype !== 'typedarray') return 0;
  return Number(/\((\d+)\)$/.exec(description ?? '')?.[1] ?? 0);
}
