import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import { goneSoon, isRunning } from '../../support/programs.js';
import { BREAKPOINT_PROOFS } from './breakpointProofs.js';
import { INSPECTION_PROOFS } from './inspectionProofs.js';
import {
  COUNTS,
  frames,
  startConfiguring,
  runningOn,
  stopped,
  TICK,
  topFrame,
  valueOf,
} from './proofSessions.js';
import type { Proofs } from './proofSessions.js';
import { STEPPING_PROOFS } from './steppingProofs.js';

/**
 * For each capability that `initialize` announces, a session that uses the capability. The test fails for a
 * capability without a proof, and for a proof without a capability.
 */
export const PROOFS: Proofs = {
  ...BREAKPOINT_PROOFS,
  ...STEPPING_PROOFS,
  ...INSPECTION_PROOFS,

  async supportsConfigurationDoneRequest(client) {
    await startConfiguring(client, { program: COUNTS });
    // Breakpoints are still in time: no line has run.
    const breakpoints = [{ line: TICK }];
    await client.request('setBreakpoints', { source: { path: COUNTS }, breakpoints });
    expect(client.output('stdout')).toBe('');
    await client.request('configurationDone');
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
  },

  async supportsConditionalBreakpoints(client) {
    const frameId = await stopped(client, { condition: 'count === 2' });
    expect(await valueOf(client, 'count', frameId)).toBe('2');
  },

  async supportsEvaluateForHovers(client) {
    const frameId = await stopped(client);
    expect(await valueOf(client, 'count', frameId, 'hover')).toBe('1');
    const changing = { expression: 'count = 40', frameId, context: 'hover' };
    expect(await client.ask('evaluate', changing)).toMatchObject({ success: false });
    expect(await valueOf(client, 'count', frameId)).toBe('1');
  },

  async supportsDelayedStackTraceLoading(client) {
    await stopped(client);
    const first = await frames(client, 0, 3);
    const next = await frames(client, 3, 3);
    expect([...first, ...next].map(({ name }) => name)).toEqual([
      'tick',
      ...Array.from({ length: 5 }, () => 'descend'),
    ]);
  },

  async supportsTerminateRequest(client) {
    const pids = await runningOn(client);
    await client.request('terminate');
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 5 });
    expect(client.output('stdout')).toContain('goodbye\n');
    await goneSoon(pids);
  },

  async supportTerminateDebuggee(client) {
    const pids = await runningOn(client);
    await client.request('disconnect', { terminateDebuggee: false });
    await client.closed;
    expect(pids.every(isRunning)).toBe(true);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await goneSoon(pids);
  },

  async supportsRestartRequest(client) {
    await stopped(client);
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('stopped');
    await client.request('restart');
    // The breakpoint is still there, and the program counts from the beginning.
    await client.waitForEvent('stopped');
    expect(await valueOf(client, 'count', await topFrame(client))).toBe('1');
  },

  async supportsLoadedSourcesRequest(client) {
    await stopped(client);
    const { sources } = await client.request<{ sources: DebugProtocol.Source[] }>('loadedSources');
    expect(sources.map(({ path }) => path)).toContain(COUNTS);
    expect(await client.waitForEvent('loadedSource')).toMatchObject({ reason: 'new' });
  },

  async supportsCancelRequest(client) {
    const frameId = await stopped(client);
    const endless = client.send('evaluate', { expression: 'for (;;);', frameId, context: 'repl' });
    await client.request('cancel', { requestId: endless });
    expect(await client.responseTo(endless)).toMatchObject({ success: false, message: 'cancelled' });
    expect(await valueOf(client, 'count', frameId)).toBe('1');
  },
};
