import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { lineOf, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';

type Output = DebugProtocol.OutputEvent['body'];
type Variables = DebugProtocol.VariablesResponse['body'];

const program = fileURLToPath(new URL('../fixtures/output/workers.cjs', import.meta.url));

async function start(initialize: object = {}): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start({ program }, {}, { initialize });
  return client;
}

async function said(client: DapClient, text: string): Promise<Output> {
  return client.waitForEvent<Output>('output', ({ output }) => output.includes(text));
}

async function variables(client: DapClient, variablesReference: number | undefined) {
  const body = await client.request<Variables>('variables', { variablesReference });
  return body.variables;
}

describe('what a worker thread logs', () => {
  it('has its place, and the objects that were passed to the call, as in the main thread', async () => {
    const client = await start();
    const log = await said(client, 'worker says');
    expect(log).toMatchObject({
      category: 'stdout',
      output: 'worker says Job { size: 7 }\n',
      line: lineOf(program, 'log'),
      source: { path: program },
    });
    const [job] = await variables(client, log.variablesReference);
    expect(job).toMatchObject({ name: 'arg1', type: 'Job' });
    expect(await variables(client, job?.variablesReference)).toContainEqual(
      expect.objectContaining({ name: 'size', value: '7' }),
    );
  });

  it('comes in whole calls, indented as the program writes it, with plain text between them', async () => {
    const client = await start();
    const error = await said(client, 'first line');
    expect(error).toMatchObject({ category: 'stderr', line: lineOf(program, 'error') });
    expect(error.output).toMatch(/^ {2}first line\n {2}second line of \d+\n$/);
    const written = await said(client, 'written');
    expect(written).toEqual({ category: 'stdout', output: 'written\n' });
  });

  it('shows the styles of %c to clients that show codes for terminals, and to no others', async () => {
    const client = await start({ supportsANSIStyling: true });
    expect(await said(client, 'red')).toMatchObject({
      output: '\u001b[0m\u001b[31m\u001b[1mred\u001b[0m and 3 plain\u001b[0m\n',
      line: lineOf(program, 'styled'),
    });
    expect(await said(client, 'green')).toMatchObject({
      output: '\u001b[0m\u001b[38;2;0;255;0mgreen\u001b[0m\n',
    });
    const plain = await start();
    expect(await said(plain, 'red')).toMatchObject({ output: 'red and 3 plain\n' });
    expect(await said(plain, 'green')).toMatchObject({ output: 'green\n' });
  });

  it('leaves no trace in the worker', async () => {
    const client = await start();
    expect((await said(client, 'globals')).output).toBe('0 globals of ours log\n');
  });
});
