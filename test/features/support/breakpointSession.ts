import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';

type BreakpointsBody = { breakpoints: DebugProtocol.Breakpoint[] };

/** The path of a program of test/features/fixtures/breakpoints. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/breakpoints/${name}`, import.meta.url));
}

/** Starts a session up to the event `initialized`: the client can set breakpoints now. */
export async function configuring(program: string): Promise<DapClient> {
  const { client } = stdioClient();
  await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
  client.send('launch', { program });
  await client.waitForEvent('initialized');
  return client;
}

/** Sets the breakpoints of a source, or function breakpoints if `path` is undefined. */
export async function setBreakpoints(
  client: DapClient,
  path: string | undefined,
  breakpoints: object[],
): Promise<DebugProtocol.Breakpoint[]> {
  const body =
    path === undefined
      ? await client.request<BreakpointsBody>('setFunctionBreakpoints', { breakpoints })
      : await client.request<BreakpointsBody>('setBreakpoints', { source: { path }, breakpoints });
  return body.breakpoints;
}

/** Waits for the next stop. @returns its body, with the line of the innermost frame */
export async function nextStop(
  client: DapClient,
): Promise<DebugProtocol.StoppedEvent['body'] & { line: number }> {
  const body = await client.waitForEvent<DebugProtocol.StoppedEvent['body']>('stopped');
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
    threadId: body.threadId,
    levels: 1,
  });
  return { ...body, line: stackFrames[0]?.line ?? 0 };
}

/** Evaluates an expression in the innermost frame. */
export async function valueOf(client: DapClient, expression: string): Promise<string> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
    threadId: 1,
    levels: 1,
  });
  const frameId = stackFrames[0]?.id;
  return (await client.request<{ result: string }>('evaluate', { expression, frameId })).result;
}

/** Continues the program to its end. */
export async function runToEnd(client: DapClient): Promise<void> {
  await client.request('continue', { threadId: 1 });
  await client.waitForEvent('terminated');
}
