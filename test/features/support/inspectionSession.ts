import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';

type Variable = DebugProtocol.Variable;

/** The path of a program of test/features/fixtures/inspection. */
export function program(name: string): string {
  return fileURLToPath(new URL(`../fixtures/inspection/${name}`, import.meta.url));
}

/** A session with a program, with short methods for the requests of the tests that inspect values. */
export class InspectionSession {
  private constructor(
    readonly client: DapClient,
    readonly path: string,
  ) {}

  /** Runs a program to the line with the comment `break: MARK`, in the program or in another file. */
  static async stoppedAt(
    name: string,
    mark: string,
    launch: object = {},
    file = name,
  ): Promise<InspectionSession> {
    const { client } = stdioClient();
    const path = program(file);
    await client.start({ program: program(name), ...launch }, { [path]: [lineOf(path, mark)] });
    await client.waitForEvent('stopped');
    return new InspectionSession(client, path);
  }

  /** Runs a program without a stop. */
  static async running(name: string): Promise<InspectionSession> {
    const { client } = stdioClient();
    const path = program(name);
    await client.start({ program: path });
    return new InspectionSession(client, path);
  }

  async frame(level = 0): Promise<DebugProtocol.StackFrame> {
    const { stackFrames } = await this.client.request<DebugProtocol.StackTraceResponse['body']>(
      'stackTrace',
      {
        threadId: 1,
      },
    );
    const frame = stackFrames[level];
    if (frame === undefined) throw new Error(`the stack has no frame ${level}`);
    return frame;
  }

  async scopes(level = 0): Promise<DebugProtocol.Scope[]> {
    const frameId = (await this.frame(level)).id;
    return (await this.client.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId })).scopes;
  }

  /** The variables of the scope of this kind, by their names: `Local` is any `Local: NAME`. */
  async scope(name: string, level = 0): Promise<Map<string, Variable>> {
    const scope = (await this.scopes(level)).find(
      (one) => one.name === name || one.name.startsWith(`${name}: `),
    );
    return await this.children(scope);
  }

  async list(variablesReference: number, range: object = {}): Promise<Variable[]> {
    const args = { variablesReference, ...range };
    return (await this.client.request<DebugProtocol.VariablesResponse['body']>('variables', args)).variables;
  }

  /** The children of a variable, a scope or a result, by their names. */
  async children(
    parent: { variablesReference: number } | undefined,
    range: object = {},
  ): Promise<Map<string, Variable>> {
    expect(parent?.variablesReference).toBeGreaterThan(0);
    const list = await this.list(parent?.variablesReference ?? 0, range);
    return new Map(list.map((variable) => [variable.name, variable]));
  }

  async evaluate(expression: string, options: object = {}): Promise<DebugProtocol.EvaluateResponse['body']> {
    return await this.client.request('evaluate', {
      expression,
      frameId: (await this.frame()).id,
      ...options,
    });
  }

  /** Evaluates an expression in the innermost frame. @returns the text of its value */
  async value(expression: string, options: object = {}): Promise<string> {
    return (await this.evaluate(expression, options)).result;
  }

  /** Sends a request that must be refused. @returns the reason */
  async refusal(command: string, args: object): Promise<string> {
    const response = await this.client.ask(command, args);
    expect(response.success).toBe(false);
    return response.message ?? '';
  }

  async continue(): Promise<void> {
    await this.client.request('continue', { threadId: 1 });
  }
}
