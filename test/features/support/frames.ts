import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DapClient } from '../../support/dapClient.js';

/** The stack of a thread, innermost first. */
export async function framesOf(client: DapClient, threadId = 1): Promise<DebugProtocol.StackFrame[]> {
  const body = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
  return body.stackFrames;
}

/** The innermost frame of the main thread. */
export async function topFrame(client: DapClient): Promise<DebugProtocol.StackFrame> {
  const [top] = await framesOf(client);
  if (top === undefined) throw new Error('the stack is empty');
  return top;
}

/** Waits for the next stop. @returns the innermost frame */
export async function nextStop(client: DapClient, reason: string): Promise<DebugProtocol.StackFrame> {
  const stopped = await client.waitForEvent<DebugProtocol.StoppedEvent['body']>('stopped');
  if (stopped.reason !== reason) throw new Error(`stopped for ${stopped.reason}, not for ${reason}`);
  return topFrame(client);
}

/** Continues the program to its end, which must be with exit code 0. */
export async function runToEnd(client: DapClient): Promise<void> {
  await client.request('continue', { threadId: 1 });
  const { exitCode } = await client.waitForEvent<{ exitCode: number }>('exited');
  if (exitCode !== 0) throw new Error(`the program ended with ${exitCode}: ${client.output('stderr')}`);
}
