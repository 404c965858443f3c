import { expect, it } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { lineOf } from '../../support/programs.js';
import {
  configuring,
  fixture,
  nextStop,
  runToEnd,
  setBreakpoints,
  valueOf,
} from '../support/breakpointSession.js';

const loop = fixture('loop.cjs');

it('stops in a function and in a method, which verify when they are loaded', async () => {
  const client = await configuring(loop);
  const [work, open] = await setBreakpoints(client, undefined, [
    { name: 'work', condition: 'i > 4', hitCondition: '2' },
    { name: 'Shop.prototype.open' },
  ]);
  expect([work, open]).toMatchObject([{ verified: false }, { verified: false }]);
  await client.request('configurationDone');
  const changed = await client.waitForEvent<DebugProtocol.BreakpointEvent['body']>(
    'breakpoint',
    ({ breakpoint }) => breakpoint.id === work?.id,
  );
  expect(changed.breakpoint).toMatchObject({ verified: true, source: { path: loop }, line: 5 });
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [work?.id], line: 5 });
  expect(await valueOf(client, 'i')).toBe('6');
  await client.request('continue', { threadId: 1 });
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [open?.id], line: lineOf(loop, 'open') });
  expect(await setBreakpoints(client, undefined, [])).toEqual([]);
  await runToEnd(client);
});

it('stops at the first call of a function that stands before all other code', async () => {
  const module = fixture('module.mjs');
  const client = await configuring(module);
  const [run] = await setBreakpoints(client, undefined, [{ name: 'run' }]);
  await client.request('configurationDone');
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [run?.id], line: lineOf(module, 'run') });
  await runToEnd(client);
});

it("knows functions of node's own, and says what it cannot stop in", async () => {
  const client = await configuring(loop);
  const told = await setBreakpoints(client, undefined, [
    { name: 'process.exit' },
    { name: 'console.log' },
    { name: 'no name' },
    { name: 'work', condition: '(' },
  ]);
  expect(told.map(({ verified }) => verified)).toEqual([true, false, false, false]);
  expect(told[1]?.message).toMatch(/bound function/);
  expect(told[2]?.message).toMatch(/no name of a function/);
  expect(told[3]?.message).toMatch(/SyntaxError/);
});
