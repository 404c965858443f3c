import { isRecord } from '../../ipc/index.js';
import { DAP_SHAPES } from './dapShapes.js';

/** The shape of a value, as `DAP_SHAPES` has it. */
type Shape =
  string | readonly [Shape] | { readonly [member: string]: Shape | readonly Shape[] | readonly string[] };

/** A member of an object's shape: of a name, or `+` for shapes that it has too, or `:` for members of any name. */
interface Member {
  readonly key: string;
  readonly isOptional: boolean;
  readonly inner: Shape;
}

/** The most mistakes that are reported of one message. */
const MAX_MISTAKES = 3;
const PRIMITIVES: Readonly<Record<string, string>> = { s: 'string', n: 'number', b: 'boolean' };

let shapes: ReadonlyMap<string, Shape> | undefined;
const members = new WeakMap<Readonly<Record<string, Shape>>, readonly Member[]>();

/**
 * Compares a message with the shape that DAP gives it. A message that DAP does not know has any shape.
 *
 * @returns what is wrong, each with its place in the message: `body.threadId is missing`
 */
export function checkShape(message: Readonly<Record<string, unknown>>): string[] {
  const shape = shapeNamed(nameOf(message));
  const mistakes: string[] = [];
  if (shape !== undefined) check(message, shape, '', mistakes);
  return mistakes.slice(0, MAX_MISTAKES);
}

/** The name of a message's shape: that of a request is its command and `Request`. */
function nameOf({ type, command, event, success }: Readonly<Record<string, unknown>>): string {
  if (type === 'event') return `${capitalized(event)}Event`;
  if (type === 'request') return `${capitalized(command)}Request`;
  return success === true ? `${capitalized(command)}Response` : 'ErrorResponse';
}

function capitalized(name: unknown): string {
  return typeof name === 'string' ? name.slice(0, 1).toUpperCase() + name.slice(1) : '';
}

function shapeNamed(name: string): Shape | undefined {
  shapes ??= new Map(
    DAP_SHAPES.trim()
      .split('\n')
      .map((line) => {
        const end = line.indexOf(' ');
        return [line.slice(0, end), JSON.parse(line.slice(end)) as Shape];
      }),
  );
  return shapes.get(name);
}

function check(value: unknown, shape: Shape, place: string, mistakes: string[]): void {
  if (mistakes.length >= MAX_MISTAKES) return;
  if (typeof shape === 'string') checkNamed(value, shape, place, mistakes);
  else if (Array.isArray(shape)) checkList(value, shape as readonly [Shape], place, mistakes);
  else checkObject(value, shape as Readonly<Record<string, Shape>>, place, mistakes);
}

function checkNamed(value: unknown, name: string, place: string, mistakes: string[]): void {
  if (name === '*') return;
  const primitive = name === 'null' ? 'null' : PRIMITIVES[name];
  const named = primitive === undefined ? shapeNamed(name) : undefined;
  if (named !== undefined) check(value, named, place, mistakes);
  else if (primitive !== undefined && kindOf(value) !== primitive) {
    mistakes.push(`${place} is ${described(value)} and not a ${primitive}`);
  }
}

function checkList(value: unknown, [item]: readonly [Shape], place: string, mistakes: string[]): void {
  if (!Array.isArray(value)) {
    mistakes.push(`${place} is ${described(value)} and not a list`);
    return;
  }
  value.forEach((member, at) => check(member, item, `${place}[${at}]`, mistakes));
}

function checkObject(
  value: unknown,
  shape: Readonly<Record<string, Shape>>,
  place: string,
  mistakes: string[],
): void {
  const { '|': choices, '=': words } = shape;
  if (choices !== undefined) {
    if (!(choices as readonly Shape[]).some((choice) => fits(value, choice))) {
      mistakes.push(`${place} is ${described(value)}, which is none of its kinds`);
    }
    return;
  }
  if (words !== undefined) {
    if (!(words as readonly string[]).includes(value as string)) {
      mistakes.push(
        `${place} is ${described(value)} and not one of ${(words as readonly string[]).join(', ')}`,
      );
    }
    return;
  }
  checkMembers(value, shape, place, mistakes);
}

function fits(value: unknown, shape: Shape): boolean {
  const mistakes: string[] = [];
  check(value, shape, '', mistakes);
  return mistakes.length === 0;
}

function checkMembers(
  value: unknown,
  shape: Readonly<Record<string, Shape>>,
  place: string,
  mistakes: string[],
): void {
  if (!isRecord(value)) {
    mistakes.push(`${place} is ${described(value)} and not an object`);
    return;
  }
  for (const { key, isOptional, inner } of membersOf(shape)) {
    if (key === '+') for (const base of inner as readonly string[]) check(value, base, place, mistakes);
    else if (key === ':') checkMap(value, inner, place, mistakes);
    else if (value[key] !== undefined) check(value[key], inner, joined(place, key), mistakes);
    else if (!isOptional) mistakes.push(`${joined(place, key)} is missing`);
  }
}

/** The members of a shape, which are taken apart once. */
function membersOf(shape: Readonly<Record<string, Shape>>): readonly Member[] {
  let known = members.get(shape);
  if (known === undefined) {
    known = Object.entries(shape).map(([name, inner]) => {
      const isOptional = name.endsWith('?');
      return { key: isOptional ? name.slice(0, -1) : name, isOptional, inner };
    });
    members.set(shape, known);
  }
  return known;
}

function checkMap(
  map: Readonly<Record<string, unknown>>,
  inner: Shape,
  place: string,
  mistakes: string[],
): void {
  for (const [name, member] of Object.entries(map)) check(member, inner, joined(place, name), mistakes);
}

function joined(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}

function described(value: unknown): string {
  return typeof value === 'object' ? kindOf(value) : JSON.stringify(value).slice(0, 60);
}
