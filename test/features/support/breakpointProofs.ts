import { expect } from 'vitest';
import { lineOf } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { COUNTS, fixture, startConfiguring, stopped, TICK, topFrame, valueOf } from './proofSessions.js';
import type { Proofs } from './proofSessions.js';

const THROWS = fixture('throws.cjs');
const FAIL = lineOf(THROWS, 'fail');

/** Runs a program to a thrown exception. @returns the id of the innermost frame */
async function stoppedAtThrow(client: DapClient, chosen: object): Promise<number> {
  await startConfiguring(client, { program: THROWS });
  await client.request('setExceptionBreakpoints', { filters: [], ...chosen });
  await client.request('configurationDone');
  expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'exception' });
  return await topFrame(client);
}

/** Proofs of the capabilities for breakpoints and exceptions. */
export const BREAKPOINT_PROOFS: Proofs = {
  async supportsHitConditionalBreakpoints(client) {
    const frameId = await stopped(client, { hitCondition: '3' });
    expect(await valueOf(client, 'count', frameId)).toBe('3');
  },

  async supportsLogPoints(client) {
    await startConfiguring(client, { program: COUNTS });
    const breakpoints = [{ line: TICK, logMessage: 'at {count}' }];
    await client.request('setBreakpoints', { source: { path: COUNTS }, breakpoints });
    await client.request('configurationDone');
    await client.waitForEvent('exited');
    const texts = client.events.map(({ body }) => (body as { output?: string } | undefined)?.output ?? '');
    expect(texts.join('').match(/at \d/g)).toEqual(['at 1', 'at 2', 'at 3']);
  },

  async supportsFunctionBreakpoints(client) {
    await startConfiguring(client, { program: COUNTS });
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'tick' }] });
    await client.request('configurationDone');
    await client.waitForEvent('stopped');
    expect(await valueOf(client, 'count', await topFrame(client))).toBe('0');
  },

  async supportsBreakpointLocationsRequest(client) {
    await stopped(client);
    const { breakpoints } = await client.request<{ breakpoints: object[] }>('breakpointLocations', {
      source: { path: COUNTS },
      line: TICK,
    });
    expect(breakpoints).toContainEqual(expect.objectContaining({ line: TICK }));
  },

  async exceptionBreakpointFilters(client) {
    const frameId = await stoppedAtThrow(client, { filters: ['all'] });
    expect(await valueOf(client, 'reason', frameId)).toBe("'first'");
  },

  async supportsExceptionFilterOptions(client) {
    const chosen = { filterOptions: [{ filterId: 'all', condition: 'error.message === "second"' }] };
    expect(await valueOf(client, 'reason', await stoppedAtThrow(client, chosen))).toBe("'second'");
  },

  async supportsExceptionOptions(client) {
    const frameId = await stoppedAtThrow(client, { exceptionOptions: [{ breakMode: 'always' }] });
    expect(await valueOf(client, 'reason', frameId)).toBe("'first'");
  },

  async supportsExceptionInfoRequest(client) {
    await stoppedAtThrow(client, { filters: ['all'] });
    expect(await client.request('exceptionInfo', { threadId: 1 })).toMatchObject({
      exceptionId: 'RangeError',
      description: expect.stringContaining('first') as string,
      details: { stackTrace: expect.stringContaining(`throws.cjs:${FAIL}`) as string },
    });
  },
};
