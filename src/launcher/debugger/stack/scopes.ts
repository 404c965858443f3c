import type { Debugger, Runtime } from 'node:inspector';
import { sourceKey } from '../../../paths/filePaths.js';
import type { VisibleNames } from '../names/visibleNames.js';
import type { VariableStore, Extra, ScopeNames } from '../values/variableStore.js';
import type { SourcePlace } from '../sources/sourceLocations.js';

/** A scope of a frame as reported to the adapter. Lines and columns count from 1. */
export interface Scope {
  readonly name: string;
  readonly variablesReference: number;
  /** True for the global scope. Clients do not expand such scopes automatically. */
  readonly expensive: boolean;
  readonly presentationHint?: 'locals';
  readonly source?: SourcePlace['source'];
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** The services and additional values for listing the scopes of a frame. */
export interface ScopeContext {
  readonly store: VariableStore;
  /** Translates a location in a script to its source. */
  readonly placeOf: (location: Debugger.Location) => SourcePlace;
  /** The names of the variables in the source, if they differ from those in the script. */
  readonly names?: VisibleNames | undefined;
  /** The exception, if the thread is paused at it in this frame. */
  readonly exception?: Runtime.RemoteObject | undefined;
}

/** The names of the kinds of scopes that are more than V8's word. */
const KINDS: Readonly<Record<string, string>> = { catch: 'Catch Block', with: 'With Block' };

/** Lists the scopes of a frame, innermost first. */
export function listScopes(frame: Debugger.CallFrame, context: ScopeContext): Scope[] {
  const { callFrameId, scopeChain } = frame;
  return scopeChain.flatMap((scope, scopeNumber) => {
    const { objectId } = scope.object;
    if (objectId === undefined) return [];
    const variablesReference = context.store.add({
      ...{ objectId, shape: 'scope', lifetime: 'stop', callFrameId, expression: '', indexedCount: 0 },
      ...{ scopeNumber, mayBeLarge: true, innerScopes: innerScopes(scopeChain, scopeNumber) },
      names: namesIn(scope, context),
      extras: [
        ...(scopeNumber === 0 ? exceptionExtras(context) : []),
        ...(scopeNumber === 0 ? functionExtras(frame) : []),
      ],
    });
    return {
      ...{ name: nameOf(scope), variablesReference, expensive: scope.type === 'global' },
      ...(scope.type === 'local' && { presentationHint: 'locals' as const }),
      ...placeOf(scope, context),
    };
  });
}

/** The objects of the inner scopes. Undefined for scopes of objects, which are always up to date. */
function innerScopes(chain: readonly Debugger.Scope[], scopeNumber: number): string[] | undefined {
  const type = chain[scopeNumber]?.type;
  if (type === 'global' || type === 'with') return undefined;
  return chain.slice(0, scopeNumber).flatMap(({ object }) => object.objectId ?? []);
}

function namesIn({ type, startLocation }: Debugger.Scope, { names }: ScopeContext): ScopeNames | undefined {
  if (names === undefined || type === 'global' || type === 'with') return undefined;
  const isInText = startLocation !== undefined && startLocation.lineNumber >= 0;
  return (name) => names.shown(name, isInText ? startLocation : undefined);
}

function exceptionExtras({ exception }: ScopeContext): Extra[] {
  return exception === undefined ? [] : [{ name: 'Exception', value: exception }];
}

function functionExtras(frame: Debugger.CallFrame): Extra[] {
  const extras: Extra[] = [];
  if (frame.returnValue !== undefined) extras.push({ name: '(return value)', value: frame.returnValue });
  if (frame.this.type !== 'undefined') extras.push({ name: 'this', value: frame.this, expression: 'this' });
  return extras;
}

/** Names a scope as VS Code's own debugger does: `Local: total`, `Closure (makeCounter)`, `Catch Block`. */
function nameOf({ type, name = '' }: Debugger.Scope): string {
  const kind = KINDS[type] ?? type.charAt(0).toUpperCase() + type.slice(1);
  // The name of the global scope is internal to V8.
  if (name === '' || type === 'global') return kind;
  return type === 'closure' ? `${kind} (${name})` : `${kind}: ${name}`;
}

function placeOf(
  { startLocation, endLocation }: Debugger.Scope,
  context: ScopeContext,
): Pick<Scope, 'source' | 'line' | 'column' | 'endLine' | 'endColumn'> {
  if (startLocation === undefined || endLocation === undefined) return {};
  // The scopes around evaluated code have no text in its script: V8 gives line -1 for them.
  if (startLocation.lineNumber < 0 || endLocation.lineNumber < 0) return {};
  const start = context.placeOf(startLocation);
  const end = context.placeOf(endLocation);
  if (sourceKey(start.source.path, process.platform) !== sourceKey(end.source.path, process.platform))
    return {};
  const { source, line, column } = start;
  return { source, line, column, endLine: end.line, endColumn: end.column };
}
