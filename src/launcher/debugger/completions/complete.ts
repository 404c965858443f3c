import { PROBE } from '../breakpoints/probe.js';
import type { Debugger, Runtime } from 'node:inspector';
import type { ThreadDebugger } from '../threadDebugger.js';
import { OBJECT_GROUPS } from '../values/objectGroup.js';
import { KEYWORDS } from './keywords.js';
import { listMembers } from './members.js';
import type { Member } from './members.js';
import { readPath } from './readPath.js';
import type { Path } from './readPath.js';

/** A text, and where in it the cursor stands. */
export interface CompletionRequest {
  readonly text: string;
  /** Characters before the cursor. */
  readonly offset: number;
  /** Undefined: what is known globally. */
  readonly frame?: Debugger.CallFrame | undefined;
}

/** One text to choose. */
export interface Completion {
  readonly label: string;
  /** What is put in; absent: the label. */
  readonly text?: string;
  readonly type: 'class' | 'function' | 'keyword' | 'method' | 'property' | 'variable';
  readonly sortText: string;
  /** Where what it takes the place of begins: characters before it in the whole text. */
  readonly start: number;
  /** How many characters it takes the place of. */
  readonly length: number;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
/** Naming an object takes no longer. In milliseconds. */
const NAMING_MS = 200;

/** What could be meant at the cursor. Nothing of the program's is run for it: no getter, no call, no trap that does anything. */
export async function complete(thread: ThreadDebugger, request: CompletionRequest): Promise<Completion[]> {
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
  thread: ThreadDebugger,
  { frame }: CompletionRequest,
  path: Path,
): Promise<Member[]> {
  const self = await look(thread, frame, 'globalThis');
  const root = await look(thread, frame, path.root ?? '');
  if (root === undefined || self?.objectId === undefined) return [];
  const prefix = path.prefix.startsWith('#') ? '' : path.prefix;
  return listMembers(thread.client, { root, self: self.objectId, keys: path.keys, prefix });
}

/** A value that can be had without any side effect. */
async function look(
  { client }: ThreadDebugger,
  frame: Debugger.CallFrame | undefined,
  expression: string,
): Promise<Runtime.RemoteObject | undefined> {
  const options = {
    ...{ expression, objectGroup: OBJECT_GROUPS.stop, silent: true, includeCommandLineAPI: true },
    ...{ throwOnSideEffect: true, timeout: NAMING_MS },
  };
  const { result, exceptionDetails } = await (frame === undefined
    ? client.post('Runtime.evaluate', options)
    : client.post('Debugger.evaluateOnCallFrame', { ...options, callFrameId: frame.callFrameId }));
  return exceptionDetails === undefined ? result : undefined;
}

type Unplaced = Omit<Completion, 'start' | 'length'>;

/** A plain name follows the point that is there; any other takes its place. */
function asMember({ name, type, depth }: Member, path: Path, start: number): Completion[] {
  const { opening, prefix, quote } = path;
  const kind = type === 'function' ? 'method' : type === 'class' ? 'class' : 'property';
  const found = { label: name, type: kind, sortText: `${Math.min(depth, 9)}${name}` } as const;
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
  thread: ThreadDebugger,
  { frame }: CompletionRequest,
  { prefix }: Path,
): Promise<Unplaced[]> {
  const found = new Map<string, Unplaced>();
  const chain = frame?.scopeChain ?? [];
  const scopes: Runtime.RemoteObject[] = chain.map(({ object }) => object);
  if (frame === undefined) scopes.push(...(await globals(thread)));
  for (const [index, root] of scopes.entries()) {
    if (root.objectId === undefined) continue;
    const members = await listMembers(thread.client, { root, self: root.objectId, keys: [], prefix });
    for (const member of members) {
      if (!found.has(member.name) && IDENTIFIER.test(member.name))
        found.set(member.name, asName(member, index));
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
  return { label: name, type: kind, sortText: `${Math.min(scope, 9)}${name}` };
}

async function globals(thread: ThreadDebugger): Promise<Runtime.RemoteObject[]> {
  const found = await look(thread, undefined, 'globalThis');
  return found === undefined ? [] : [found];
}

/** What `let`, `const` and `class` have declared outside of modules and functions, at the prompt say. */
async function declaredGlobally({ client }: ThreadDebugger): Promise<readonly string[]> {
  const { names } = await client.post('Runtime.globalLexicalScopeNames', {});
  return names.filter((name) => name !== PROBE);
}
