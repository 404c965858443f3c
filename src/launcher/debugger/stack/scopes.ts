import type { Debugger, Runtime } from 'node:inspector';
import type { VariableStore, Extra } from '../values/variableStore.js';
import type { SourcePlace } from '../sources/sourceLocations.js';

/** A scope of a frame, as the adapter is told of it. Lines and columns count from 1. */
export interface Scope {
  readonly name: string;
  readonly variablesReference: number;
  /** True for the globals alone: clients do not open them unasked. */
  readonly expensive: boolean;
  readonly presentationHint?: 'locals';
  readonly source?: SourcePlace['source'];
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** What is told of a frame beside what is in it. */
export interface ScopeParts {
  readonly containers: VariableStore;
  /** Where a place of a script is in the sources. */
  readonly placeOf: (location: Debugger.Location) => SourcePlace;
  /** What was thrown, where the thread stopped at this frame for that. */
  readonly exception?: Runtime.RemoteObject | undefined;
}

/** The scopes of a frame, innermost first. */
export function listScopes(frame: Debugger.CallFrame, parts: ScopeParts): Scope[] {
  const { callFrameId, scopeChain } = frame;
  const local = scopeChain.findIndex(({ type }) => type === 'local' || type === 'module');
  return scopeChain.flatMap((scope, scopeNumber) => {
    const { objectId } = scope.object;
    if (objectId === undefined) return [];
    const variablesReference = parts.containers.add({
      ...{ objectId, shape: 'scope', lifetime: 'stop', callFrameId, expression: '', indexedCount: 0 },
      ...{ scopeNumber, mayBeLarge: true, innerScopes: innerScopes(scopeChain, scopeNumber) },
      extras: [
        ...(scopeNumber === 0 ? thrown(parts) : []),
        ...(scopeNumber === local ? ofFunction(frame) : []),
      ],
    });
    return {
      ...{ name: nameOf(scope), variablesReference, expensive: scope.type === 'global' },
      ...(scope.type === 'local' && { presentationHint: 'locals' as const }),
      ...placeOf(scope, parts),
    };
  });
}

/** Undefined for the scopes of objects, which are never out of date. */
function innerScopes(chain: readonly Debugger.Scope[], scopeNumber: number): string[] | undefined {
  const type = chain[scopeNumber]?.type;
  if (type === 'global' || type === 'with') return undefined;
  return chain.slice(0, scopeNumber).flatMap(({ object }) => object.objectId ?? []);
}

function thrown({ exception }: ScopeParts): Extra[] {
  return exception === undefined ? [] : [{ name: 'Exception', value: exception }];
}

function ofFunction(frame: Debugger.CallFrame): Extra[] {
  const extras: Extra[] = [];
  if (frame.returnValue !== undefined) extras.push({ name: '(return value)', value: frame.returnValue });
  if (frame.this.type !== 'undefined') extras.push({ name: 'this', value: frame.this, expression: 'this' });
  return extras;
}

function nameOf({ type, name }: Debugger.Scope): string {
  // Only a few kinds of scopes carry a name, and of these the globals one of V8's own.
  const kind = type.charAt(0).toUpperCase() + type.slice(1);
  return type === 'closure' && name !== undefined && name !== '' ? `${kind} (${name})` : kind;
}

function placeOf(
  { startLocation, endLocation }: Debugger.Scope,
  parts: ScopeParts,
): Pick<Scope, 'source' | 'line' | 'column' | 'endLine' | 'endColumn'> {
  if (startLocation === undefined || endLocation === undefined) return {};
  const start = parts.placeOf(startLocation);
  const end = parts.placeOf(endLocation);
  if (start.source.path !== end.source.path) return {};
  const { source, line, column } = start;
  return { source, line, column, endLine: end.line, endColumn: end.column };
}
