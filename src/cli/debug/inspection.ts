import type { DapConnection } from './dapConnection.js';
import type { Evaluation, Scope, StackFrame, Variable } from './dapMessages.js';

/** A scope and its variables. */
export interface ScopeContents {
  name: string;
  variables: Variable[];
}

/** Largest number of children that are read per object, to fit on a screen. */
const MAX_CHILDREN = 50;

/** Returns the frames of a stopped thread, innermost first. */
export async function readStack(
  connection: DapConnection,
  threadId: number,
  levels: number,
): Promise<StackFrame[]> {
  const body = await connection.request<{ stackFrames: StackFrame[] }>('stackTrace', {
    threadId,
    startFrame: 0,
    levels,
  });
  return body.stackFrames;
}

/** Returns the scopes that are cheap to show, with their variables. Empty scopes are omitted. */
export async function readLocals(connection: DapConnection, frameId: number): Promise<ScopeContents[]> {
  const { scopes } = await connection.request<{ scopes: Scope[] }>('scopes', { frameId });
  const contents: ScopeContents[] = [];
  for (const { name, variablesReference, expensive } of scopes) {
    if (expensive === true) continue;
    const variables = await readChildren(connection, variablesReference);
    if (variables.length > 0) contents.push({ name, variables });
  }
  return contents;
}

/** Returns the children of an object. A reference of 0, which means a plain value, has no children. */
export async function readChildren(
  connection: DapConnection,
  variablesReference: number,
): Promise<Variable[]> {
  if (variablesReference === 0) return [];
  const { variables } = await connection.request<{ variables: Variable[] }>('variables', {
    variablesReference,
    start: 0,
    count: MAX_CHILDREN,
  });
  return variables;
}

/** Returns the elements and properties of an object, without the engine's internal properties. */
export async function readContents(
  connection: DapConnection,
  variablesReference: number,
): Promise<Variable[]> {
  const children = await readChildren(connection, variablesReference);
  return children.filter(({ name }) => !/^\[\[\w+\]\]$/.test(name));
}

/** Evaluates an expression in a frame. Rejects with the exception's text if the expression throws. */
export function evaluate(
  connection: DapConnection,
  expression: string,
  frameId: number,
): Promise<Evaluation> {
  return connection.request<Evaluation>('evaluate', { expression, frameId, context: 'repl' });
}
