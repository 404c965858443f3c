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
const work = lineOf(loop, 'work');

it('stops at the hits that the hit condition says, of those whose condition holds', async () => {
  const client = await configuring(loop);
  const [every, third] = await setBreakpoints(client, loop, [
    { line: work, hitCondition: '%4' },
    { line: work, condition: 'i % 2 === 1', hitCondition: '== 3' },
  ]);
  await client.request('configurationDone');
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [every?.id], line: work });
  expect(await valueOf(client, 'i')).toBe('3');
  await client.request('continue', { threadId: 1 });
  // The third odd number is 5; 7 is the eighth hit.
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [third?.id] });
  expect(await valueOf(client, 'i')).toBe('5');
  await client.request('continue', { threadId: 1 });
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [every?.id] });
  await runToEnd(client);
});

it.each([
  ['4', '3'],
  ['=4', '3'],
  ['>4', '4'],
  ['>=4', '3'],
  ['< 4', '0'],
  ['<=4', '0'],
  ['!=1', '1'],
])('stops first for %s where i is %s', async (hitCondition, i) => {
  const client = await configuring(loop);
  await setBreakpoints(client, loop, [{ line: work, hitCondition }]);
  await client.request('configurationDone');
  await nextStop(client);
  expect(await valueOf(client, 'i')).toBe(i);
});

it('tells at once what is wrong with a breakpoint, and stops at none of these', async () => {
  const client = await configuring(loop);
  const told = await setBreakpoints(client, loop, [
    { line: work, condition: 'i ==' },
    { line: work, hitCondition: 'often' },
    { line: work, logMessage: 'i is {i' },
  ]);
  expect(told.map(({ verified }) => verified)).toEqual([false, false, false]);
  expect(told.map(({ message }) => message)).toEqual([
    expect.stringContaining('SyntaxError') as string,
    expect.stringContaining('a hit condition is a number') as string,
    expect.stringContaining('not closed') as string,
  ]);
  await client.request('configurationDone');
  await client.waitForEvent('terminated');
  // The console has it too: editors show the breakpoint's own message only under the pointer.
  const lines = client.output('important').split('\n');
  for (const { message } of told) expect(lines).toContain(`A breakpoint is not set: ${message}`);
});

it('tells once that a condition throws, and counts it as false', async () => {
  const client = await configuring(loop);
  await setBreakpoints(client, loop, [{ line: work, condition: 'i.no.such' }]);
  await client.request('configurationDone');
  await client.waitForEvent('terminated');
  expect(client.output('important').match(/threw, and counts as false: TypeError/g)).toHaveLength(1);
});

it('moves a breakpoint to the next line with code, and refuses one behind the end', async () => {
  const client = await configuring(loop);
  const [moved, behind] = await setBreakpoints(client, loop, [{ line: 3 }, { line: 99 }]);
  expect([moved, behind]).toMatchObject([{ verified: false }, { verified: false }]);
  await setBreakpoints(client, loop, [{ line: 3 }, { line: 99 }, { line: lineOf(loop, 'last') }]);
  await client.request('configurationDone');
  const changed = async (id: number | undefined): Promise<DebugProtocol.Breakpoint> =>
    (
      await client.waitForEvent<DebugProtocol.BreakpointEvent['body']>(
        'breakpoint',
        ({ breakpoint }) => breakpoint.id === id,
      )
    ).breakpoint;
  expect(await changed(moved?.id)).toMatchObject({ verified: true, line: 5 });
  expect(await changed(behind?.id)).toMatchObject({ verified: false, message: /no code/ });
});

it('keeps a breakpoint that is asked for again, with its count, and removes the others', async () => {
  const client = await configuring(loop);
  const counting = { line: work, hitCondition: '>=3' };
  const [first] = await setBreakpoints(client, loop, [counting]);
  await client.request('configurationDone');
  await nextStop(client);
  const [again, added] = await setBreakpoints(client, loop, [counting, { line: work }]);
  expect(again).toMatchObject({ id: first?.id, verified: true });
  expect(added).toMatchObject({ verified: true });
  await client.request('continue', { threadId: 1 });
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [again?.id, added?.id] });
  expect(await setBreakpoints(client, loop, [])).toEqual([]);
  await runToEnd(client);
});

it('stops in code that has no file, and in contexts of its own', async () => {
  const client = await configuring(fixture('made.cjs'));
  const inside = fixture('inside.js');
  const [hit, late] = await setBreakpoints(client, inside, [
    { line: 2, hitCondition: '2' },
    { line: 2, condition: 'i === 4' },
  ]);
  const [evaluated] = await setBreakpoints(client, 'evaluated.js', [{ line: 2 }]);
  await client.request('configurationDone');
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [hit?.id] });
  expect(await valueOf(client, 'i')).toBe('1');
  await client.request('continue', { threadId: 1 });
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [late?.id] });
  await client.request('continue', { threadId: 1 });
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [evaluated?.id] });
  await runToEnd(client);
});

it('stops in a module that is imported with a query', async () => {
  const module = fixture('module.mjs');
  const client = await configuring(module);
  const [run] = await setBreakpoints(client, module, [{ line: lineOf(module, 'run') }]);
  await client.request('configurationDone');
  expect(await nextStop(client)).toMatchObject({ hitBreakpointIds: [run?.id] });
  await runToEnd(client);
});

it('tells where in a line breakpoints can be, before the file is loaded and after', async () => {
  const client = await configuring(loop);
  const line = lineOf(loop, 'work') + 9;
  const ask = { source: { path: loop }, line, endLine: line + 1 };
  const before = await client.request('breakpointLocations', ask);
  await setBreakpoints(client, loop, [{ line: lineOf(loop, 'last') }]);
  await client.request('configurationDone');
  await nextStop(client);
  expect(await client.request('breakpointLocations', ask)).toEqual(before);
  expect(before).toEqual({
    breakpoints: [
      { line, column: 14 },
      { line, column: 19 },
      { line, column: 26 },
      { line: line + 1, column: 3 },
    ],
  });
  expect(await client.request('breakpointLocations', { source: { path: '/no/file.js' }, line: 1 })).toEqual({
    breakpoints: [],
  });
});
