import type { DapClient } from '../../support/dapClient.js';

/** The body of `stopped`. */
export interface Stopped {
  readonly threadId: number;
  readonly reason: string;
  readonly allThreadsStopped: boolean;
  readonly text?: string;
}

/** A frame of the response to `stackTrace`. */
export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly presentationHint?: string;
  readonly source?: {
    readonly name: string;
    readonly path: string;
    readonly presentationHint?: string;
    readonly origin?: string;
  };
}

/** The frames of a thread. @param part `startFrame` and `levels` */
export async function stackOf(client: DapClient, threadId = 1, part: object = {}): Promise<Frame[]> {
  const { stackFrames } = await client.request<{ stackFrames: Frame[] }>('stackTrace', { threadId, ...part });
  return stackFrames;
}

/** Waits for the next stop. @returns the place, as `name:line` */
export async function nextStop(client: DapClient, threadId = 1): Promise<string> {
  await client.waitForEvent<Stopped>('stopped', (stopped) => stopped.threadId === threadId);
  const [top] = await stackOf(client, threadId, { levels: 1 });
  return `${top?.name}:${top?.line}`;
}

/** Sends a request that resumes the program, such as `next`, and waits for the stop. @returns the place */
export async function resumeToStop(client: DapClient, command: string, args: object = {}): Promise<string> {
  await client.request(command, { threadId: 1, ...args });
  return nextStop(client);
}
