import { expect, it } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { lineOf } from '../../support/programs.js';
import { configuring, fixture, setBreakpoints } from '../support/breakpointSession.js';

const loop = fixture('loop.cjs');
const work = lineOf(loop, 'work');

/** Runs a program with one log point to its end. @returns the logged lines */
async function logged(breakpoint: object): Promise<string[]> {
  const client = await configuring(loop);
  await setBreakpoints(client, loop, [{ line: work, ...breakpoint }]);
  await client.request('configurationDone');
  await client.waitForEvent('terminated');
  expect(client.events.some(({ event }) => event === 'stopped')).toBe(false);
  return client.output('console').split('\n').slice(0, -1);
}

it('logs, and does not stop', async () => {
  const lines = Array.from({ length: 10 }, (_none, i) => `at ${i}`);
  expect(await logged({ logMessage: 'at {i}' })).toEqual(lines);
});

it('logs only the hits that its conditions let through', async () => {
  expect(await logged({ logMessage: '{i}', condition: 'i > 3', hitCondition: '%2' })).toEqual([
    '5',
    '7',
    '9',
  ]);
});

it.each([
  ['{item}', "{i: 0, name: 'n0'}"],
  ['{list} and {item.name}', '(3) [1, 2, 3] and n0'],
  ['{{i}} \\{i\\} {i}', '{i} {i} 0'],
  ['{ { a: { b: i } }.a.b }', '0'],
  ['{`}${ `{${i}}` }`}', '}{0}'],
  ['{nope} {i}', '<ReferenceError: nope is not defined> 0'],
  ['a text', 'a text'],
])('%s', async (logMessage, line) => {
  expect(await logged({ logMessage, condition: 'i === 0' })).toEqual([line]);
});

it('says where it stands', async () => {
  const client = await configuring(loop);
  await setBreakpoints(client, loop, [{ line: work, logMessage: 'here' }]);
  await client.request('configurationDone');
  const output = await client.waitForEvent<DebugProtocol.OutputEvent['body']>(
    'output',
    ({ category }) => category === 'console',
  );
  expect(output).toMatchObject({ output: 'here\n', source: { path: loop }, line: work, column: 3 });
});

it('evaluates its expressions once a hit', async () => {
  expect(await logged({ logMessage: '{list.push(i)}', hitCondition: '<3' })).toEqual(['4', '5']);
});

it('tells all of 10,000 lines, in order, to the last', async () => {
  const hot = fixture('hot.cjs');
  const client = await configuring(hot);
  await setBreakpoints(client, hot, [{ line: lineOf(hot, 'hot'), logMessage: '{i}' }]);
  await client.request('configurationDone');
  await client.waitForEvent('terminated', () => true, 25_000);
  const lines = Array.from({ length: 10_000 }, (_none, i) => `${i}\n`).join('');
  expect(client.output('console')).toBe(lines);
  expect(client.output('stdout')).toBe('49995000\n');
});
