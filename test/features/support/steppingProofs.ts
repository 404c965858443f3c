import { expect } from 'vitest';
import { lineOf } from '../../support/programs.js';
import { fixture, frames, startConfiguring, stopped, TICK } from './proofSessions.js';
import type { Proofs } from './proofSessions.js';

const CALLS = fixture('calls.cjs');
const TWO_WORKERS = fixture('twoWorkers.cjs');
const ENDS = lineOf(TWO_WORKERS, 'ends');

/** Proofs of the capabilities to step and continue. */
export const STEPPING_PROOFS: Proofs = {
  async supportsRestartFrame(client) {
    const frameId = await stopped(client);
    await client.request('restartFrame', { frameId });
    await client.waitForEvent('stopped');
    const [frame] = await frames(client, 0, 1);
    expect(frame?.name).toBe('tick');
    expect(frame?.line).toBeLessThan(TICK);
  },

  async supportsSingleThreadExecutionRequests(client) {
    await startConfiguring(client, { program: TWO_WORKERS });
    const breakpoints = [{ line: ENDS }];
    await client.request('setBreakpoints', { source: { path: TWO_WORKERS }, breakpoints });
    await client.request('configurationDone');
    const first = await client.waitForEvent<{ threadId: number }>('stopped');
    const second = await client.waitForEvent<{ threadId: number }>('stopped');
    const one = { threadId: second.threadId, singleThread: true };
    expect(await client.request('continue', one)).toEqual({ allThreadsContinued: false });
    // The other thread is still stopped.
    const { threadId } = first;
    expect(await client.request('stackTrace', { threadId, levels: 1 })).toMatchObject({
      stackFrames: [{ line: ENDS }],
    });
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
