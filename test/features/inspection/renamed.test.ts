import type { DebugProtocol } from '@vscode/debugprotocol';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { stdioClient } from '../../support/programs.js';
import { markedLine, Project } from '../../support/project.js';

const OTHER = `const config: { name: string } = { name: 'other' };
export const other = (): string => config.name;
`;
const SOURCE = `const config: { name: string } = { name: 'own' };
export function describe(amount: number): string {
  let text: string = config.name + amount;
  text += [amount].map((config) => config + 1).join();
  return text; // stop
}
`;
const MAIN = `import { other } from './other';
import { describe } from './source';
console.log(other(), describe(1), describe(2));
`;
const LINE = markedLine(SOURCE, 'stop');

/** Bundles two modules that use one name for two variables. */
async function bundled(minify: boolean): Promise<{ program: string; source: string }> {
  const project = new Project({ 'src/other.ts': OTHER, 'src/main.ts': MAIN });
  const source = project.write('src/source.ts', SOURCE);
  const bundle = await rolldown({ input: project.file('src/main.ts'), platform: 'node' });
  const program = project.file('dist/main.cjs');
  await bundle.write({ file: program, format: 'cjs', sourcemap: true, minify });
  await bundle.close();
  return { program, source };
}

async function stopIn(client: DapClient): Promise<number> {
  await client.waitForEvent('stopped');
  const stack = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
  return stack.stackFrames[0]?.id ?? 0;
}

async function variablesOf(
  client: DapClient,
  frameId: number,
): Promise<(DebugProtocol.Variable & { scope: number })[]> {
  const { scopes } = await client.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
  const lists = await Promise.all(
    scopes
      .filter(({ expensive }) => !expensive)
      .map(async ({ variablesReference }) => {
        const { variables } = await client.request<DebugProtocol.VariablesResponse['body']>('variables', {
          variablesReference,
        });
        return variables.map((variable) => ({ ...variable, scope: variablesReference }));
      }),
  );
  return lists.flat();
}

describe.each([false, true])('variables that a bundler renamed (minified: %s)', (minify) => {
  it('have the names of their source in expressions, scopes and completions', async () => {
    const { program, source } = await bundled(minify);
    const { client } = stdioClient();
    await client.start({ program }, { [source]: [LINE] });
    const frameId = await stopIn(client);
    for (const context of ['hover', 'watch', 'repl']) {
      const evaluated = await client.request('evaluate', { expression: 'config.name', frameId, context });
      expect(evaluated).toMatchObject({ result: "'own'" });
    }
    const literal = { expression: '{ config }', frameId };
    expect(await client.request('evaluate', literal)).toMatchObject({ result: '{config: {…}}' });
    const shorthand = {
      expression: '({ config, text }).config.name + ((config) => config)(amount)',
      frameId,
    };
    expect(await client.request('evaluate', shorthand)).toMatchObject({ result: "'own1'" });
    const variables = await variablesOf(client, frameId);
    const named = (name: string): unknown[] => variables.filter((one) => one.name === name);
    expect(named('config')).toMatchObject([{ value: "{name: 'own'}", evaluateName: 'config' }]);
    expect(named('amount')).toMatchObject([{ value: '1' }]);
    // A minifier joins the last two statements.
    expect(named('text')).toMatchObject([{ value: minify ? "'own1'" : "'own12'" }]);
    const scope = variables.find(({ name }) => name === 'text')?.scope;
    await client.request('setVariable', { variablesReference: scope, name: 'text', value: 'config.name' });
    await client.request('setExpression', { expression: 'amount', value: '7', frameId });
    expect(await client.request('evaluate', { expression: 'text + amount', frameId })).toMatchObject({
      result: "'own7'",
    });
    const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>('completions', {
      ...{ text: 'conf', column: 5, frameId },
    });
    expect(targets.map(({ label }) => label)).toContain('config');
    const members = await client.request<DebugProtocol.CompletionsResponse['body']>('completions', {
      ...{ text: 'config.', column: 8, frameId },
    });
    expect(members.targets.map(({ label }) => label)).toContain('name');
  });

  it('have them in conditions and log points', async () => {
    const { program, source } = await bundled(minify);
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
    client.send('launch', { program });
    await client.waitForEvent('initialized');
    const breakpoints = [
      { line: LINE - 2, logMessage: 'logged {config.name} {amount}' },
      { line: LINE, condition: "config.name === 'own' && amount === 2" },
    ];
    await client.request('setBreakpoints', { source: { path: source }, breakpoints });
    await client.request('configurationDone');
    const frameId = await stopIn(client);
    expect(await client.request('evaluate', { expression: 'amount', frameId })).toMatchObject({
      result: '2',
    });
    const logged = client.output('console').match(/logged .*/g);
    expect(logged).toEqual(['logged own 1', 'logged own 2']);
  });
});

describe('with "sourceMapRenames": false', () => {
  it('variables have the names of the script', async () => {
    const { program, source } = await bundled(true);
    const { client } = stdioClient();
    await client.start({ program, sourceMapRenames: false }, { [source]: [LINE] });
    const frameId = await stopIn(client);
    expect((await client.ask('evaluate', { expression: 'config.name', frameId })).success).toBe(false);
    const names = (await variablesOf(client, frameId)).map(({ name }) => name);
    expect(names).not.toContain('config');
  });
});
