import type { Debugger, Runtime } from 'node:inspector';
import { PROBE_NAME } from '../inspector/probeName.js';
import type { InspectedThread } from '../values/inspectedThread.js';
import { OBJECT_GROUPS } from '../values/objectGroup.js';
import { KEYWORDS } from './keywords.js';
import { listMembers } from './members.js';
import type { Member } from './members.js';
import { readPath } from './readPath.js';
import type { Path } from './readPath.js';

/** A text and the position of the cursor. */
export interface CompletionRequest {
  readonly text: string;
  /** The number of characters before the cursor. */
  readonly offset: number;
  /** Undefined for completions in the global scope. */
  readonly frame?: Debugger.CallFrame | undefined;
}

/** A suggested completion. */
export interface Completion {
  readonly label: string;
  /** The text to insert. Default: the label. */
  readonly text?: string;
  readonly type: 'class' | 'function' | 'keyword' | 'method' | 'property' | 'variable';
  /** The type of the value, such as `number`; `getter` if a getter would have to run. */
  readonly detail?: string;
  readonly sortText: string;
  /** The start of the text to replace: the number of characters before it in the whole text. */
  readonly start: number;
  /** The number of characters to replace. */
  readonly length: number;
}

type CompletionThread = Pick<InspectedThread, 'client' | 'namesIn'>;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** The time limit for evaluating the object before the cursor, in milliseconds. */
const LOOKUP_TIMEOUT_MS = 200;

/**
 * Suggests completions at the cursor. Runs no getters, calls or proxy traps with side effects in the program.
 */
export async function complete(thread: CompletionThread, request: CompletionRequest): Promise<Completion[]> {
  const path = readPath(request.text.slice(0, request.offset));
  if (path === undefined) return [];
  const start = request.offset - path.prefix.length;
  if (path.root === undefined) {
    const names = await namesInScope(thread, request, path);
    return names.map((name) => ({ ...name, start, length: path.prefix.length }));
  }
  return (await membersOf(thread, request, path)).flatMap((member) => asMember(member, path, start));
}

async function membersOf(
  thread: CompletionThread,
  { frame }: CompletionRequest,
  path: Path,
): Promise<Member[]> {
  const self = await evaluateSafely(thread, frame, 'globalThis');
  const names = await thread.namesIn(frame);
  const expression = path.root ?? '';
  const root = await evaluateSafely(thread, frame, names?.toScript(expression) ?? expression);
  if (root === undefined || self?.objectId === undefined) return [];
  const prefix = path.prefix.startsWith('#') ? '' : path.prefix;
  return listMembers(thread.client, { root, self: self.objectId, keys: path.keys, prefix });
}

/** Evaluates an expression. Returns undefined if this would have a side effect. */
async function evaluateSafely(
  { client }: CompletionThread,
  frame: Debugger.CallFrame | undefined,
  expression: string,
): Promise<Runtime.RemoteObject | undefined> {
  const options = {
    ...{ expression, objectGroup: OBJECT_GROUPS.stop, silent: true, includeCommandLineAPI: true },
    ...{ throwOnSideEffect: true, timeout: LOOKUP_TIMEOUT_MS },
  };
  const { result, exceptionDetails } = await (frame === undefined
    ? client.post('Runtime.evaluate', options)
    : client.post('Debugger.evaluateOnCallFrame', { ...options, callFrameId: frame.callFrameId }));
  return exceptionDetails === undefined ? result : undefined;
}

type Unplaced = Omit<Completion, 'start' | 'length'>;

/**
 * Creates the completion for a member. A name that is not an identifier replaces the `.` before it with
 * brackets.
 */
function asMember({ name, type, depth }: Member, path: Path, start: number): Completion[] {
  const { opening, prefix, quote } = path;
  const kind = type === 'function' ? 'method' : type === 'class' ? 'class' : 'property';
  const sortText = `${Math.min(depth, 9)}${name}`;
  const found = { label: name, type: kind, ...detailOf(type), sortText } as const;
  if (quote === undefined && IDENTIFIER.test(name)) return [{ ...found, start, length: prefix.length }];
  if (quote === undefined && /^\d/.test(name)) return [];
  const isOptional = opening.startsWith('?.');
  return [
    {
      ...found,
      text: `${isOptional ? '?.' : ''}[${quoted(name, quote ?? "'")}]`,
      ...{ start: start - opening.length, length: opening.length + prefix.length },
    },
  ];
}

function quoted(name: string, quote: string): string {
  const inside = JSON.stringify(name).slice(1, -1);
  return quote === '"' ? `"${inside}"` : `'${inside.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

async function namesInScope(
  thread: CompletionThread,
  { frame }: CompletionRequest,
  { prefix }: Path,
): Promise<Unplaced[]> {
  const found = new Map<string, Unplaced>();
  const chain = frame?.scopeChain ?? [];
  const scopes: Runtime.RemoteObject[] = chain.map(({ object }) => object);
  if (frame === undefined) scopes.push(...(await globals(thread)));
  const names = await thread.namesIn(frame);
  for (const [index, root] of scopes.entries()) {
    if (root.objectId === undefined) continue;
    const inScript = names === undefined ? prefix : '';
    const members = await listMembers(thread.client, {
      root,
      self: root.objectId,
      keys: [],
      prefix: inScript,
    });
    for (const { name: nameInScript, ...member } of members) {
      const { name, isExpression } = names?.shown(nameInScript) ?? { name: nameInScript, isExpression: true };
      if (!isExpression || !name.startsWith(prefix)) continue;
      if (!found.has(name) && IDENTIFIER.test(name)) found.set(name, asName({ ...member, name }, index));
    }
  }
  for (const name of await declaredGlobally(thread)) {
    if (name.startsWith(prefix) && !found.has(name)) found.set(name, asName({ name, type: '', depth: 0 }, 9));
  }
  for (const label of KEYWORDS) {
    if (label.startsWith(prefix) && prefix !== '')
      found.set(label, { label, type: 'keyword', sortText: `~${label}` });
  }
  return [...found.values()];
}

function asName({ name, type }: Member, scope: number): Unplaced {
  const kind = type === 'function' || type === 'class' ? type : 'variable';
  return { label: name, type: kind, ...detailOf(type), sortText: `${Math.min(scope, 9)}${name}` };
}

/** Describes the type of a value, for display beside its name. Types that are not known are left out. */
function detailOf(type: string): { detail?: string } {
  if (type === '' || type === 'undefined') return {};
  return { detail: type === 'accessor' ? 'getter' : type };
}

async function globals(thread: CompletionThread): Promise<Runtime.RemoteObject[]> {
  const found = await evaluateSafely(thread, undefined, 'globalThis');
  return found === undefined ? [] : [found];
}

/**
 * The names that `let`, `const` and `class` have declared in the global scope, for example in the debug
 * console.
 */
async function declaredGlobally({ client }: CompletionThread): Promise<readonly string[]> {
  const { names } = await client.post('Runtime.globalLexicalScopeNames', {});
  return names.filter((name) => name !== PROBE_NAME);
}
