import type { VariableContainer } from './variableStore.js';
import type { Property } from './properties.js';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const INDEX = /^(?:0|[1-9]\d*)$/;
const PATH = /^[\p{ID_Start}$_][\p{ID_Continue}$]*(?:\.#?[\p{ID_Start}$_][\p{ID_Continue}$]*|\[\d+\])*$/u;
const WELL_KNOWN_SYMBOL = /^Symbol\((Symbol\.\w+)\)$/;

/** The expressions that evaluate to an object's internal properties. */
const INTERNALS: Readonly<Record<string, (object: string) => string>> = {
  '[[Prototype]]': (object) => `Object.getPrototypeOf(${object})`,
  '[[PrimitiveValue]]': (object) => `${object}.valueOf()`,
  '[[WeakRefTarget]]': (object) => `${object}.deref()`,
};

/** Wraps an expression in parentheses if members cannot be appended to it. */
export function asParent(expression: string): string {
  return PATH.test(expression) ? expression : `(${expression})`;
}

/** The expression of a property in the frame of its container. Undefined if there is no such expression. */
export function propertyExpression(container: VariableContainer, property: Property): string | undefined {
  const { expression, receiver } = container;
  if (property.kind === 'internal') {
    return expression === undefined || expression === '' ? undefined : INTERNALS[property.name]?.(expression);
  }
  // A getter of a prototype is read from the object that has the prototype.
  const parent = property.kind === 'accessor' ? (receiver?.expression ?? expression) : expression;
  if (parent === undefined) return undefined;
  if (container.shape === 'entry') return `${parent}[${property.name === 'key' ? 0 : 1}]`;
  if (property.symbol === undefined) return memberExpression(parent, property);
  return symbolExpression(parent, property);
}

/** The expression of an element of a Map or Set. */
export function entryExpression({ expression }: VariableContainer, index: number): string | undefined {
  return expression === undefined ? undefined : `[...${expression}][${index}]`;
}

/** The expression of a member. The expression of a scope is empty, so its members are plain names. */
function memberExpression(parent: string, { name, kind }: Property): string {
  if (parent === '') return name;
  if (INDEX.test(name)) return `${parent}[${name}]`;
  if (kind === 'private' || IDENTIFIER.test(name)) return `${parent}.${name}`;
  return `${parent}[${JSON.stringify(name)}]`;
}

function symbolExpression(parent: string, { name, symbolIndex = -1 }: Property): string | undefined {
  const wellKnown = WELL_KNOWN_SYMBOL.exec(name)?.[1];
  if (wellKnown !== undefined) return `${parent}[${wellKnown}]`;
  if (symbolIndex < 0) return undefined;
  return `${parent}[Object.getOwnPropertySymbols(${parent})[${symbolIndex}]]`;
}
