import type { Runtime } from 'node:inspector';
import type { Container } from './variableStore.js';
import type { Property } from './properties.js';

/** How a client may show a variable, in the words of the Debug Adapter Protocol. */
export interface PresentationHint {
  readonly kind: 'property' | 'method' | 'class' | 'data' | 'virtual';
  readonly visibility: 'public' | 'private' | 'internal';
  readonly attributes?: readonly ('readOnly' | 'static')[];
  /** Its value is not known until it is asked for: a getter would have to run. */
  readonly lazy?: true;
}

/** How a property, or a variable of a scope, is shown. */
export function propertyHint(property: Property, container: Container): PresentationHint {
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

/** How `this`, a return value and the like are shown. */
export function extraHint({ type }: Runtime.RemoteObject): PresentationHint {
  return { kind: type === 'function' ? 'method' : 'virtual', visibility: 'public' };
}

function kindOf({ kind, value }: Property, { shape }: Container): PresentationHint['kind'] {
  if (kind === 'internal') return 'virtual';
  if (value?.type === 'function') return value.description?.startsWith('class') === true ? 'class' : 'method';
  return shape === 'scope' ? 'data' : 'property';
}

function visibilityOf({ kind }: Property): PresentationHint['visibility'] {
  if (kind === 'internal') return 'internal';
  return kind === 'private' ? 'private' : 'public';
}
