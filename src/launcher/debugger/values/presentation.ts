import type { Runtime } from 'node:inspector';
import type { VariableContainer } from './variableStore.js';
import type { Property } from './properties.js';

/** The presentation hint of a variable in the Debug Adapter Protocol. */
export interface PresentationHint {
  readonly kind: 'property' | 'method' | 'class' | 'data' | 'virtual';
  readonly visibility: 'public' | 'private' | 'internal';
  readonly attributes?: readonly ('readOnly' | 'static')[];
  /** True if reading the value must run a getter. */
  readonly lazy?: true;
}

/** The presentation hint of a property or of a variable in a scope. */
export function propertyHint(property: Property, container: VariableContainer): PresentationHint {
  const isStatic = container.isClass === true && property.kind !== 'internal';
  const attributes = [
    ...(property.isReadOnly === true ? (['readOnly'] as const) : []),
    ...(isStatic ? (['static'] as const) : []),
  ];
  return {
    kind: kindOf(property, container),
    visibility: visibilityOf(property),
    ...(attributes.length > 0 && { attributes }),
    ...(property.getter !== undefined && { lazy: true as const }),
  };
}

/** The presentation hint of additional variables such as `this` and a return value. */
export function extraHint({ type }: Runtime.RemoteObject): PresentationHint {
  return { kind: type === 'function' ? 'method' : 'virtual', visibility: 'public' };
}

function kindOf({ kind, value }: Property, { shape }: VariableContainer): PresentationHint['kind'] {
  if (kind === 'internal') return 'virtual';
  if (value?.type === 'function') return value.description?.startsWith('class') === true ? 'class' : 'method';
  return shape === 'scope' ? 'data' : 'property';
}

function visibilityOf({ kind }: Property): PresentationHint['visibility'] {
  if (kind === 'internal') return 'internal';
  return kind === 'private' ? 'private' : 'public';
}
