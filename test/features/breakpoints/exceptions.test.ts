import { expect, it } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DapClient } from '../../support/dapClient.js';
import { lineOf, stdioClient } from '../../support/programs.js';
import { Project } from '../../support/project.js';
import { configuring, fixture, nextStop, runToEnd } from '../support/breakpointSession.js';

const throws = fixture('throws.cjs');
const fail = lineOf(throws, 'fail');

type Info = DebugProtocol.ExceptionInfoResponse['body'];

async function filtered(filters: object): Promise<{ client: DapClient; told: DebugProtocol.Breakpoint[] }> {
  const client = await configuring(throws);
  const told = await client.request<{ breakpoints: DebugProtocol.Breakpoint[] }>(
    'setExceptionBreakpoints',
    filters,
  );
  await client.request('configurationDone');
  return { client, told: told.breakpoints };
}

const info = (client: DapClient): Promise<Info> => client.request<Info>('exceptionInfo', { threadId: 1 });

it('stops at all that is thrown, but not within node, and tells all of it', async () => {
  const { client, told } = await filtered({ filters: ['all'] });
  expect(told).toMatchObject([{ verified: true }]);
  expect(await nextStop(client)).toMatchObject({
    reason: 'exception',
    description: 'Paused on exception',
    text: 'HttpError: first',
    hitBreakpointIds: [told[0]?.id],
    line: fail,
  });
  const first = await info(client);
  expect(first).toMatchObject({
    exceptionId: 'HttpError',
    description: 'HttpError: first',
    breakMode: 'always',
  });
  expect(first.details).toMatchObject({ message: 'first', typeName: 'HttpError' });
  expect(first.details?.fullTypeName).toBe('HttpError < Error');
  expect(first.details?.stackTrace).toContain(`throws.cjs:${fail}:9`);
  const [many] = first.details?.innerException ?? [];
  expect(many).toMatchObject({ typeName: 'AggregateError', message: 'many' });
  expect(many?.innerException?.map(({ message }) => message)).toEqual(['one', 'in a circle']);
  expect(many?.innerException?.[1]?.innerException).toBeUndefined();
  await client.request('continue', { threadId: 1 });
  // Not where node throws that there is no file, but at the next one of the program's own.
  expect(await nextStop(client)).toMatchObject({ text: "'a text'", line: lineOf(throws, 'text') });
  expect(await info(client)).toMatchObject({ exceptionId: 'string', details: { message: "'a text'" } });
  await client.request('continue', { threadId: 1 });
  expect(await nextStop(client)).toMatchObject({ description: 'Paused on uncaught exception' });
  expect(await info(client)).toMatchObject({ breakMode: 'unhandled' });
  await runToEnd(client);
});

it('stops at what nobody catches', async () => {
  const { client } = await filtered({ filters: ['uncaught'] });
  expect(await nextStop(client)).toMatchObject({ reason: 'exception', text: 'HttpError: last', line: fail });
  await runToEnd(client);
});

it('stops where the condition holds, which sees the exception and the frame', async () => {
  const condition = 'error instanceof HttpError && message === "last"';
  const { client, told } = await filtered({ filters: [], filterOptions: [{ filterId: 'all', condition }] });
  expect(await nextStop(client)).toMatchObject({ text: 'HttpError: last', hitBreakpointIds: [told[0]?.id] });
  await runToEnd(client);
});

it('tells what is wrong with a filter or a condition', async () => {
  const filterOptions = [
    { filterId: 'all', condition: '(' },
    { filterId: 'all', condition: 'error.no.such' },
  ];
  const { client, told } = await filtered({ filters: ['some'], filterOptions });
  expect(told.map(({ verified }) => verified)).toEqual([false, false, true]);
  expect(told[0]?.message).toMatch(/no exception filter "some"/);
  expect(told[1]?.message).toMatch(/SyntaxError/);
  await client.waitForEvent('terminated');
  expect(client.output('important').match(/threw, and counts as false/g)).toHaveLength(1);
});

it('takes the options of older clients', async () => {
  const { client } = await filtered({ filters: [], exceptionOptions: [{ breakMode: 'unhandled' }] });
  expect(await nextStop(client)).toMatchObject({ text: 'HttpError: last' });
  await runToEnd(client);
});

it('has nothing to tell where the program stands for something else', async () => {
  const client = await configuring(throws);
  await client.request('setBreakpoints', { source: { path: throws }, breakpoints: [{ line: fail }] });
  await client.request('configurationDone');
  await nextStop(client);
  await expect(info(client)).rejects.toThrow('does not stand at an exception');
});

it('passes a failing console.assert() by, which throws nothing, also in a step', async () => {
  const project = new Project();
  const program = project.write(
    'main.cjs',
    "debugger;\nconsole.assert(1 === 2, 'not equal');\nconsole.log('on');\n",
  );
  const client = await configuring(program);
  await client.request('setExceptionBreakpoints', { filters: ['all', 'uncaught'] });
  await client.request('configurationDone');
  expect(await nextStop(client)).toMatchObject({ reason: 'debugger statement', line: 1 });
  for (const line of [2, 3]) {
    await client.request('next', { threadId: 1 });
    expect(await nextStop(client)).toMatchObject({ reason: 'step', line });
  }
  await runToEnd(client);
  expect(client.events.filter(({ event }) => event === 'stopped').length).toBe(3);
});

it('keeps filters that a client sends before it launches', async () => {
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
  const early = await client.request('setExceptionBreakpoints', { filters: ['all'] });
  expect(early).toEqual({ breakpoints: [{ verified: true }] });
  await client.request('launch', { program: throws });
  await client.request('configurationDone');
  expect(await nextStop(client)).toMatchObject({ reason: 'exception', line: fail });
});

it('lets the filters that a client sends after the launch replace those before it', async () => {
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
  await client.request('setExceptionBreakpoints', { filters: ['all'] });
  client.send('launch', { program: throws });
  await client.waitForEvent('initialized');
  await client.request('setExceptionBreakpoints', { filters: [] });
  await client.request('configurationDone');
  await client.waitForEvent('terminated');
  expect(client.events.filter(({ event }) => event === 'stopped')).toEqual([]);
});
