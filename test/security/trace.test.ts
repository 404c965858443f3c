import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { program, stdioClient } from '../support/programs.js';
import { linesOf, newTracePath } from '../support/traces.js';

const steps = program('steps.cjs');
const VALUE = 'value-of-a-variable';
const ARGUMENT = '--password=of-an-argument';
const TOKEN = 'gh-token-of-this-user';

it('a trace has no key, proof, token, argument or value of the environment in it, and is for its user alone', async () => {
  const path = newTracePath();
  process.env.MY_GITHUB_TOKEN = TOKEN;
  const { client } = stdioClient();
  delete process.env.MY_GITHUB_TOKEN;
  const launch = { program: steps, cwd: dirname(steps), env: { SOME_NAME: VALUE }, args: [ARGUMENT] };
  await client.start({ ...launch, stopOnEntry: true, trace: path });
  const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
  const { stackFrames } = await client.request<{ stackFrames: { id: number }[] }>('stackTrace', { threadId });
  const frameId = stackFrames[0]?.id;
  const shown = await client.request<{ result: string }>('evaluate', {
    expression: 'JSON.stringify([process.env, process.argv])',
    frameId,
    context: 'clipboard',
  });
  // The client sees all of it.
  for (const secret of [VALUE, ARGUMENT, TOKEN]) expect(shown.result).toContain(secret);
  await client.request('evaluate', {
    expression: 'console.log(process.env.SOME_NAME, process.argv[2])',
    frameId,
  });
  const { result, variablesReference } = await client.request<{ result: string; variablesReference: number }>(
    'evaluate',
    { expression: 'process.env', frameId },
  );
  expect(result).not.toBe('');
  await client.request('variables', { variablesReference });
  await client.request('disconnect', { terminateDebuggee: true });
  await client.closed;
  const text = readFileSync(path, 'utf8');
  for (const secret of [VALUE, ARGUMENT, TOKEN]) expect(text).not.toContain(secret);
  // The key of the session has 64 digits, and a proof in base64 or hexadecimal at least 32.
  expect(text).not.toMatch(/[0-9a-f]{64}/i);
  expect(text).not.toMatch(/"(?:key|proof|nonce|challenge)":"(?!<secret>)/i);
  expect(linesOf(path).length).toBeGreaterThan(20);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('a key in the arguments of an attach is not recorded', async () => {
  const path = newTracePath();
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test' });
  const key = '0123456789abcdef'.repeat(4);
  const { success } = await client.ask('attach', { port: 1, key, timeout: 1, trace: path });
  expect(success).toBe(false);
  await client.request('disconnect');
  await client.closed;
  expect(readFileSync(path, 'utf8')).toContain('"name":"attach"');
  expect(readFileSync(path, 'utf8')).not.toContain(key);
});
