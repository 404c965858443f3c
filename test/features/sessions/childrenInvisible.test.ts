import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { disconnectWithTest } from '../support/disconnectWithTest.js';
import { clientOf, server, stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { SessionTree, STARTS_SESSIONS } from '../support/sessionTree.js';

const PROGRAM = fileURLToPath(new URL('../fixtures/children/looksAll.cjs', import.meta.url));
/** There are some thirty children, one behind the other. */
const ALL_MS = 120_000;

/** Replaces the parts of the output that differ from run to run. */
function comparable(output: string): string {
  return output
    .replace(/\(node:\d+\)/g, '(node:PID)')
    .replace(/duration_ms:? [\d.]+/g, 'duration_ms N')
    .replace(/\([\d.]+ms\)/g, '(N ms)');
}

async function plainOutput(): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'] });
  return comparable(await text(child.stdout));
}

async function endOf(client: DapClient): Promise<string> {
  await client.waitForEvent('terminated', undefined, ALL_MS);
  expect(client.output('stderr')).toBe('');
  return comparable(client.output('stdout'));
}

describe('children see what they would see under plain node', { timeout: 2 * ALL_MS }, () => {
  it('where each is debugged', async () => {
    const { port } = await server();
    const tree = new SessionTree(async () => disconnectWithTest(await clientOf(port)));
    const client = await tree.start({ program: PROGRAM });
    const [plain, debugged] = await Promise.all([plainOutput(), endOf(client)]);
    expect(debugged).toBe(plain);
    const names = tree.children.map(({ configuration }) => configuration.name.replace(/ \[\d+\]$/, ''));
    expect(new Set(names)).toEqual(
      new Set([
        'child: looks.cjs',
        'child: [eval]',
        'child: -',
        'child: passes.test.cjs',
        'child: notThere.cjs',
      ]),
    );
  });

  it('where none is', async () => {
    const { client } = stdioClient();
    disconnectWithTest(client).onRequest('startDebugging', () => {
      throw new Error('no');
    });
    await client.start({ program: PROGRAM }, {}, STARTS_SESSIONS);
    const [plain, released] = await Promise.all([plainOutput(), endOf(client)]);
    expect(released).toBe(plain);
  });
});
