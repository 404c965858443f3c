import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';

type Output = DebugProtocol.OutputEvent['body'];
type Variables = DebugProtocol.VariablesResponse['body'];

const path = (name: string): string => fileURLToPath(new URL(`../fixtures/output/${name}`, import.meta.url));

/** The `output` events of the program's stdout and stderr. */
function outputs(client: DapClient): Output[] {
  return client.events
    .filter(({ event }) => event === 'output')
    .map(({ body }) => body as Output)
    .filter(({ category }) => category === 'stdout' || category === 'stderr');
}

async function variables(client: DapClient, variablesReference: number | undefined) {
  const body = await client.request<Variables>('variables', { variablesReference });
  return body.variables;
}

async function said(client: DapClient, text: string): Promise<Output> {
  return client.waitForEvent<Output>('output', ({ output }) => output.startsWith(text));
}

/** The stdout of a program that runs without a debugger. */
function plainText(program: string): string {
  return execFileSync(process.execPath, [program], { encoding: 'utf8', maxBuffer: 1 << 26 });
}

describe('output of console calls', () => {
  it('says where they are, and what they were given, while the program runs', async () => {
    const { client } = stdioClient();
    await client.start({ program: path('calls.cjs') });

    const plain = await said(client, 'plain');
    expect(plain).toEqual({
      category: 'stdout',
      output: 'plain text\n',
      source: { name: 'calls.cjs', path: path('calls.cjs') },
      line: 2,
      column: 9,
    });

    const withUser = await said(client, 'user');
    expect(withUser).toMatchObject({ category: 'stdout', line: 3 });
    const [user, ...others] = await variables(client, withUser.variablesReference);
    expect(others).toEqual([]);
    expect(user).toMatchObject({ name: 'arg1', type: 'Object' });
    const members = await variables(client, user?.variablesReference);
    expect(members.map(({ name }) => name)).toEqual(['name', 'tags', 'deep', '[[Prototype]]']);
    const elements = await variables(client, members[1]?.variablesReference);
    expect(elements.slice(0, 2).map(({ value }) => value)).toEqual(["'a'", "'b'"]);

    const two = await said(client, '{');
    expect(two).toMatchObject({ category: 'stderr', line: 4 });
    const [all] = await variables(client, two.variablesReference);
    const each = await variables(client, all?.variablesReference);
    expect(each.map(({ name }) => name)).toEqual(['arg0', 'arg1']);

    const looked = await said(client, 'look');
    const [answer] = await variables(client, looked.variablesReference);
    expect(answer?.value).toBe('{given: true}');
    await client.request('disconnect', { terminateDebuggee: true });
  });

  it('keeps values across a stop, and lets them be looked into then', async () => {
    const { client } = stdioClient();
    await client.start({ program: path('calls.cjs') }, { [path('calls.cjs')]: [11] });
    await client.waitForEvent('stopped');
    const looked = await said(client, 'look');
    const [before] = await variables(client, looked.variablesReference);
    expect(before?.value).toBe('{given: false}');
    await client.request('continue', { threadId: 1 });
    const [given] = await variables(client, before?.variablesReference);
    expect(given).toMatchObject({ name: 'given' });
    await client.request('disconnect', { terminateDebuggee: true });
  });

  it('is grouped, and keeps its bytes, colours too', async () => {
    const { client } = stdioClient();
    await client.start({ program: path('calls.cjs') });
    await said(client, 'look');
    const grouped = outputs(client)
      .filter(({ category }) => category === 'stdout')
      .map(({ output, group }) => [output, group]);
    expect(grouped.slice(2, 6)).toEqual([
      ['a group\n', 'start'],
      ['  inside\n  \x1b[31mred\x1b[0m\n', undefined],
      ['', 'end'],
      ['behind it\n', undefined],
    ]);
    await client.request('disconnect', { terminateDebuggee: true });
  });

  it('is every byte in its order, whoever else writes', async () => {
    const { client } = stdioClient();
    await client.start({ program: path('others.cjs') });
    await client.waitForEvent('terminated');
    expect(client.output('stdout') === plainText(path('others.cjs'))).toBe(true);
    const told = outputs(client).filter(({ variablesReference }) => variablesReference !== undefined);
    expect(told.map(({ output, line }) => [output.slice(0, 6), line])).toEqual([
      ['first ', 5],
      ['second', 8],
      ['third ', 10],
      ['✓ 𝄞 ✓', 12],
      ['[mine]', 14],
      ['eighth', 19],
    ]);
    await client.request('disconnect');
  });

  it('is bare text with outputCapture std, and without a debugger', async () => {
    for (const how of [{ outputCapture: 'std' }, { noDebug: true }]) {
      const { client } = stdioClient();
      await client.start({ program: path('others.cjs'), ...how });
      await client.waitForEvent('terminated');
      expect(client.output('stdout') === plainText(path('others.cjs'))).toBe(true);
      for (const output of outputs(client)) expect(Object.keys(output)).toEqual(['category', 'output']);
      await client.request('disconnect');
    }
  });

  it('refuses another outputCapture', async () => {
    const { client } = stdioClient();
    await client.request('initialize', { adapterID: 'test' });
    const { success, message } = await client.ask('launch', {
      program: path('calls.cjs'),
      outputCapture: 'all',
    });
    expect(success).toBe(false);
    expect(message).toContain('"outputCapture" is console or std; not "all"');
    await client.request('disconnect');
  });
});
