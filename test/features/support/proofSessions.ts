import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { lineOf, pidsOf } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';

/** A session that uses a capability. */
export type Proof = (client: DapClient) => Promise<void>;
/** Proofs by the name of the capability. */
export type Proofs = Readonly<Record<string, Proof>>;

/** The path of a program of test/features/fixtures/capabilities. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/capabilities/${name}`, import.meta.url));
}

export const COUNTS = fixture('counts.cjs');
export const TICK = lineOf(COUNTS, 'tick');

/** Runs a program to a breakpoint, by default in the first of three calls of `tick`. @returns the frame's id */
export async function stopped(
  client: DapClient,
  breakpoint: object = {},
  at = { path: COUNTS, line: TICK },
): Promise<number> {
  await startConfiguring(client, { program: at.path });
  const breakpoints = [{ line: at.line, ...breakpoint }];
  await client.request('setBreakpoints', { source: { path: at.path }, breakpoints });
  await client.request('configurationDone');
  await client.waitForEvent('stopped');
  return await topFrame(client);
}

/** The id of the innermost frame. */
export async function topFrame(client: DapClient): Promise<number> {
  return (await frames(client, 0, 1))[0]?.id ?? Number.NaN;
}

/** Starts a session up to the event `initialized`: the client can set breakpoints now. */
export async function startConfiguring(client: DapClient, launch: object): Promise<void> {
  await client.request('initialize', { adapterID: 'test', pathFormat: 'path' });
  void client.send('launch', launch);
  await client.waitForEvent('initialized');
}

export async function frames(
  client: DapClient,
  startFrame: number,
  levels: number,
): Promise<DebugProtocol.StackFrame[]> {
  const page = { threadId: 1, startFrame, levels };
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', page);
  return stackFrames;
}

export async function valueOf(
  client: DapClient,
  expression: string,
  frameId: number,
  context?: string,
): Promise<string> {
  const { result } = await client.request<{ result: string }>('evaluate', { expression, frameId, context });
  return result;
}

/** Starts a program that runs until it is ended. @returns the pids that it prints */
export async function runningOn(client: DapClient): Promise<number[]> {
  await client.start({ program: COUNTS, args: ['stays'] });
  return await pidsOf(client);
}
