import type { DapConnection } from './dapConnection.js';
import type { Evaluation, Scope, StackFrame, Variable } from './dapMessages.js';

/** A scope with what is in it. */
export interface ScopeContents {
  name: string;
  variables: Variable[];
}

/** How many entries of one object are fetched: what fits a screen. */
const MAX_CHILDREN = 50;

/** The frames of a stopped thread, innermost first. */
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

/** The scopes that are cheap to show, each with its variables; empty ones are left out. */
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

/** What is inside an object; nothing for a reference of 0, which means a plain value. */
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

/** What a person wants to see inside an object: its elements and properties. What is the engine's own is left out. */
export async function readContents(
  connection: DapConnection,
  variablesReference: number,
): Promise<Variable[]> {
  const children = await readChildren(connection, variablesReference);
  return children.filter(({ name }) => !/^\[\[\w+\]\]$/.test(name));
}

/** Evaluates as if the expression stood in that frame. Rejects with the exception's text if it throws. */
export function evaluate(
  connection: DapConnection,
  expression: string,
  frameId: number,
): Promise<Evaluation> {
  return connection.request<Evaluation>('evaluate', { expression, frameId, context: 'repl' });
}
