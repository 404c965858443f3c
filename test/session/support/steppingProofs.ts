import { expect } from 'vitest';
import { lineOf } from '../../e2e/programs.js';
import { fixture, frames, stopped, TICK, valueOf } from './proofSessions.js';
import type { Proofs } from './proofSessions.js';

const CALLS = fixture('calls.cjs');

/** How a program goes on. */
const STEPPING_PROOFS: Proofs = {
  async supportsRestartFrame(client) {
    const frameId = await stopped(client);
    await client.request('restartFrame', { frameId });
    await client.waitForEvent('stopped');
    const [frame] = await frames(client, 0, 1);
    expect(frame?.name).toBe('tick');
    expect(frame?.line).toBeLessThan(TICK);
  },

  async supportsSingleThreadExecutionRequests(client) {
    await stopped(client);
    const went = await client.request('continue', { threadId: 1, singleThread: true });
    expect(went).toMatchObject({ allThreadsContinued: false });
    await client.waitForEvent('stopped');
    const [frame] = await frames(client, 0, 1);
    expect(await valueOf(client, 'count', frame?.id ?? Number.NaN)).toBe('2');
  },

  async supportsStepInTargetsRequest(client) {
    const frameId = await stopped(client, {}, { path: CALLS, line: lineOf(CALLS, 'calls') });
    const { targets } = await client.request<{ targets: { id: number; label: string }[] }>('stepInTargets', {
      frameId,
    });
    const outer = targets.find(({ label }) => label.startsWith('outer'));
    await client.request('stepIn', { threadId: 1, targetId: outer?.id });
    await client.waitForEvent('stopped');
    expect((await frames(client, 0, 1))[0]?.name).toBe('outer');
  },
};

export { STEPPING_PROOFS };
