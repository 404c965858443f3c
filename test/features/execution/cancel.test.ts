import { describe, expect, it } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { clientOf, lineOf, program, server, stdioClient } from '../../support/programs.js';

const STEPS = program('steps.cjs');
const CANCELLED = { success: false, message: 'cancelled' };

async function stoppedFrame(client: DapClient): Promise<number> {
  await client.start({ program: STEPS, args: ['3'] }, { [STEPS]: [lineOf(STEPS, 'area')] });
  await client.waitForEvent('stopped');
  const { stackFrames } = await client.request<{ stackFrames: { id: number }[] }>('stackTrace', {
    threadId: 1,
  });
  return stackFrames[0]?.id ?? 0;
}

describe.each<[string, () => Promise<DapClient>]>([
  ['stdio', () => Promise.resolve(stdioClient().client)],
  ['--server', async () => clientOf((await server()).port)],
])('cancel over %s', (_name, connect) => {
  it('ends an expression that would never end; the program is debugged on to its exit code', async () => {
    const client = await connect();
    const frameId = await stoppedFrame(client);
    const seq = client.send('evaluate', { expression: 'while (true) {}', frameId, context: 'repl' });
    const heldUp = client.send('evaluate', { expression: 'width', frameId });
    expect(await client.ask('cancel', { requestId: seq })).toMatchObject({ success: true });
    expect(await client.responseTo(seq)).toMatchObject(CANCELLED);
    expect(await client.responseTo(heldUp)).toMatchObject({ success: true, body: { result: '2' } });
    await client.request('next', { threadId: 1 });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'step' });
    await client.request('setBreakpoints', { source: { path: STEPS }, breakpoints: [] });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
    await client.request('disconnect');
    expect(client.responses.filter(({ request_seq }) => request_seq === seq)).toHaveLength(1);
  });

  it('drops a step that waits for the launcher, and the program stands where it stood', async () => {
    const client = await connect();
    const frameId = await stoppedFrame(client);
    const endless = client.send('evaluate', { expression: 'while (true) {}', frameId });
    const atWork = client.send('setBreakpoints', { source: { path: STEPS }, breakpoints: [] });
    const step = client.send('next', { threadId: 1 });
    await client.request('cancel', { requestId: step });
    expect(await client.responseTo(step)).toMatchObject(CANCELLED);
    await client.request('cancel', { requestId: endless });
    expect(await client.responseTo(endless)).toMatchObject(CANCELLED);
    expect(await client.responseTo(atWork)).toMatchObject({ success: true });
    const { stackFrames } = await client.request('stackTrace', { threadId: 1, levels: 1 });
    expect(stackFrames).toMatchObject([{ name: 'area', line: lineOf(STEPS, 'area') }]);
    await client.request('disconnect');
  });
});
