import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import { lineOf, stdioClient } from '../support/programs.js';
import type { DapClient } from '../support/dapClient.js';

type Variable = DebugProtocol.Variable;

/** The path of a program of test/features/fixtures/looking. */
export function program(name: string): string {
  return fileURLToPath(new URL(`fixtures/looking/${name}`, import.meta.url));
}

/** A session with a program, and short words for what the tests of looking at values ask for. */
export class LookingSession {
  private constructor(
    readonly client: DapClient,
    readonly path: string,
  ) {}

  /** Runs a program until the line that carries `break: MARK`, in itself or in another file. */
  static async stoppedAt(
    name: string,
    mark: string,
    launch: object = {},
    file = name,
  ): Promise<LookingSession> {
    const { client } = stdioClient();
    const path = program(file);
    await client.start({ program: program(name), ...launch }, { [path]: [lineOf(path, mark)] });
    await client.waitForEvent('stopped');
    return new LookingSession(client, path);
  }

  /** Runs a program, and does not stop it. */
  static async running(name: string): Promise<LookingSession> {
    const { client } = stdioClient();
    const path = program(name);
    await client.start({ program: path });
    return new LookingSession(client, path);
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

  /** What is in a scope of that name, by name. */
  async scope(name: string, level = 0): Promise<Map<string, Variable>> {
    const scope = (await this.scopes(level)).find((one) => one.name === name);
    return await this.children(scope);
  }

  async list(variablesReference: number, range: object = {}): Promise<Variable[]> {
    const args = { variablesReference, ...range };
    return (await this.client.request<DebugProtocol.VariablesResponse['body']>('variables', args)).variables;
  }

  /** What is in something, by name. */
  async children(
    of: { variablesReference: number } | undefined,
    range: object = {},
  ): Promise<Map<string, Variable>> {
    expect(of?.variablesReference).toBeGreaterThan(0);
    const list = await this.list(of?.variablesReference ?? 0, range);
    return new Map(list.map((variable) => [variable.name, variable]));
  }

  async evaluate(expression: string, how: object = {}): Promise<DebugProtocol.EvaluateResponse['body']> {
    return await this.client.request('evaluate', { expression, frameId: (await this.frame()).id, ...how });
  }

  /** The text of an expression's value in the top frame. */
  async value(expression: string, how: object = {}): Promise<string> {
    return (await this.evaluate(expression, how)).result;
  }

  /** The reason why a request is refused. */
  async refusal(command: string, args: object): Promise<string> {
    const response = await this.client.ask(command, args);
    expect(response.success).toBe(false);
    return response.message ?? '';
  }

  async goOn(): Promise<void> {
    await this.client.request('continue', { threadId: 1 });
  }
}
