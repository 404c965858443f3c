import { describe, expect, it } from 'vitest';
import { DAP_ERROR_IDS } from '../../../../src/adapter/dap/dapErrors.js';
import type { DapClient } from '../../../support/dapClient.js';
import { expectNoViolation, hasPython, launchDapper, runTo } from '../profiles/dapperSession.js';
import { launchWith, sessionPair } from '../sessionPair.js';

const CANCELLED = {
  success: false,
  message: 'cancelled',
  body: { error: { id: DAP_ERROR_IDS.requestCancelled, showUser: false } },
};

function answersTo(client: DapClient, seq: number): number {
  return client.responses.filter(({ request_seq }) => request_seq === seq).length;
}

describe('cancel', () => {
  it('is announced', async () => {
    const { client } = sessionPair();
    expect(await client.request('initialize', { adapterID: 'test' })).toMatchObject({
      supportsCancelRequest: true,
    });
  });

  it.each([
    ['says that it does not know it', {}],
    ['does not say anything', { env: { SILENT: '1' } }],
  ])('answers a request, though the launcher %s, and drops what comes late', async (_what, more) => {
    const { client } = sessionPair();
    await client.start(launchWith('knowsNoCancel', more));
    const seq = client.send('evaluate', { expression: 'x' });
    expect(await client.ask('cancel', { requestId: seq })).toMatchObject({ success: true });
    expect(await client.responseTo(seq, 3_000)).toMatchObject(CANCELLED);
    expect(await client.request('threads')).toEqual({ threads: [] });
    expect(answersTo(client, seq)).toBe(1);
    await client.request('disconnect');
  });

  it('has no effect on what is answered, unknown, or a progress', async () => {
    const { client } = sessionPair();
    await client.start(launchWith('echoesArguments'));
    const seq = client.send('evaluate', { expression: 'x' });
    expect(await client.responseTo(seq)).toMatchObject({ success: true });
    for (const args of [
      { requestId: seq },
      { requestId: 9999 },
      { progressId: 'p' },
      {},
      { requestId: 'x' },
    ]) {
      expect(await client.ask('cancel', args)).toMatchObject({ success: true });
    }
    expect(answersTo(client, seq)).toBe(1);
    expect(await client.request('evaluate', { expression: 'x' })).toHaveProperty('result');
    await client.request('disconnect');
  });

  it('is answered before there is a program', async () => {
    const { client } = sessionPair();
    expect(await client.ask('cancel', { requestId: 1 })).toMatchObject({ success: true });
  });

  it.runIf(hasPython)(
    'answers at once what a dapper launcher is busy with, and drops what comes late',
    async () => {
      const client = expectNoViolation(sessionPair().client);
      await runTo(client, 'shop.py', 'return total', launchDapper('shop.py'));
      const expression = '__import__("time").sleep(2)';
      const seq = client.send('evaluate', { expression, frameId: 0 });
      const before = performance.now();
      await client.request('cancel', { requestId: seq });
      expect(await client.responseTo(seq)).toMatchObject(CANCELLED);
      expect(performance.now() - before).toBeLessThan(1_000);
      expect(await client.request('threads')).toHaveProperty('threads'); // behind the late answer
      expect(answersTo(client, seq)).toBe(1);
      await client.request('disconnect');
    },
  );

  it.runIf(hasPython)('ends the wait for what a dapper launcher never answers', async () => {
    const client = expectNoViolation(sessionPair().client);
    const threadId = await runTo(client, 'shop.py', 'return total', launchDapper('shop.py', {}, 'silent'));
    const seq = client.send('exceptionInfo', { threadId });
    await client.request('cancel', { requestId: seq });
    expect(await client.responseTo(seq, 1_500)).toMatchObject(CANCELLED);
    await client.request('disconnect');
  });
});
