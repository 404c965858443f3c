import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { lineOf, stdioClient } from '../../support/programs.js';
import { disconnectWithTest } from '../support/disconnectWithTest.js';
import { SessionTree } from '../support/sessionTree.js';

type Output = DebugProtocol.OutputEvent['body'];
type Variable = DebugProtocol.Variable;

const program = fileURLToPath(new URL('../fixtures/children/logs.cjs', import.meta.url));

/** The time for children with their sessions, in milliseconds: a deadline. */
const CHILDREN_MS = 60_000;

function newClient(): DapClient {
  return disconnectWithTest(stdioClient().client);
}

/** Starts the program and its children, each session with a separate adapter. Returns the first session. */
async function start(launch: object = { program }): Promise<{ root: DapClient; tree: SessionTree }> {
  const tree = new SessionTree(newClient);
  return { root: await tree.start(launch), tree };
}

function said(client: DapClient, text: string): Promise<Output> {
  return client.waitForEvent<Output>('output', ({ output }) => output.includes(text), CHILDREN_MS);
}

async function inside(client: DapClient, variablesReference: number | undefined): Promise<Variable[]> {
  const { variables } = await client.request<{ variables: Variable[] }>('variables', { variablesReference });
  return variables;
}

describe('what a child process logs', { timeout: 2 * CHILDREN_MS }, () => {
  it('is in the session of its parent once, with its place and its objects, and comes as it is written', async () => {
    const { root, tree } = await start();
    const log = await said(root, 'the child says');
    expect(log).toMatchObject({
      category: 'stdout',
      output: 'the child says Job { size: 7 }\n',
      line: lineOf(program, 'log'),
      source: { path: program },
    });
    const [job] = await inside(root, log.variablesReference);
    expect(job).toMatchObject({ name: 'arg1', type: 'Job' });
    expect(await inside(root, job?.variablesReference)).toContainEqual(
      expect.objectContaining({ name: 'size', value: '7' }),
    );
    expect(await said(root, 'first line')).toMatchObject({
      category: 'stderr',
      output: 'first line\nsecond line\n',
      line: lineOf(program, 'error'),
    });
    expect(await said(root, 'written')).toEqual({ category: 'stdout', output: 'written\n' });
    expect(await said(root, 'longer than')).toMatchObject({ source: { path: program } });
    expect((await said(root, 'of ours')).output).toBe('of ours: 0 log\n');
    expect(root.output('stdout').match(/the child says/g)).toHaveLength(1);
    expect(tree.children[0]?.client.output('stdout')).toBe('');
  });

  it('comes from the children of children, too, with the places of stacks', async () => {
    const { root } = await start();
    const log = await said(root, 'the grandchild says');
    expect(log).toMatchObject({ line: lineOf(program, 'grandchild'), source: { path: program } });
    const [arg] = await inside(root, log.variablesReference);
    const [list] = await inside(root, arg?.variablesReference);
    const [job] = await inside(root, list?.variablesReference);
    expect(job).toMatchObject({ name: '0', value: expect.stringContaining('Job') as string });
    expect((await said(root, 'Error: shown')).line).toBe(lineOf(program, 'thrown'));
  });

  it('says what its values are no longer kept for', async () => {
    const { root, tree } = await start();
    const log = await said(root, 'the child says');
    const child = await tree.child(0);
    await child.client.request('terminate');
    await child.client.waitForEvent('terminated');
    await expect(inside(root, log.variablesReference)).rejects.toThrow(/not there any more/);
    await expect(inside(root, 2 ** 28 + 1000)).rejects.toThrow(/not kept any more/);
  });

  it('comes as before after a restart', async () => {
    const { root } = await start();
    await said(root, 'the child says');
    await root.request('restart');
    expect(await said(root, 'the child says')).toMatchObject({ source: { path: program } });
  });

  it('is plain text with outputCapture std', async () => {
    const { root } = await start({ program, outputCapture: 'std' });
    expect(await said(root, 'the child says')).not.toHaveProperty('source');
  });
});
