import type { Debugger } from 'node:inspector';
import type { Containers, Extra } from './containers.js';

/** A scope of a frame, as the adapter is told of it. */
export interface Scope {
  readonly name: string;
  readonly variablesReference: number;
  /** True for the globals alone: clients do not open them unasked. */
  readonly expensive: boolean;
  readonly presentationHint?: 'locals';
}

/** The scopes of a frame, innermost first. */
export function listScopes(frame: Debugger.CallFrame, containers: Containers): Scope[] {
  const local = frame.scopeChain.findIndex(({ type }) => type === 'local' || type === 'module');
  return frame.scopeChain.flatMap((scope, index) => {
    const { objectId } = scope.object;
    if (objectId === undefined) return [];
    const extras = index === local ? extrasOf(frame) : [];
    const variablesReference = containers.add({
      ...{ objectId, lifetime: 'stop', expression: '', indexedCount: 0 },
      extras,
    });
    return { name: nameOf(scope), variablesReference, expensive: scope.type === 'global', ...hintOf(scope) };
  });
}

function extrasOf(frame: Debugger.CallFrame): Extra[] {
  const extras: Extra[] = [];
  if (frame.returnValue !== undefined) extras.push({ name: '(return value)', value: frame.returnValue });
  if (frame.this.type !== 'undefined') extras.push({ name: 'this', value: frame.this, expression: 'this' });
  return extras;
}

function nameOf({ type, name }: Debugger.Scope): string {
  const kind = type.charAt(0).toUpperCase() + type.slice(1);
  return type === 'closure' && name !== undefined && name !== '' ? `${kind} (${name})` : kind;
}

function hintOf({ type }: Debugger.Scope): Pick<Scope, 'presentationHint'> {
  return type === 'local' ? { presentationHint: 'locals' } : {};
}
