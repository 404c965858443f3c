import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DapClient } from '../../support/dapClient.js';
import { within } from '../../support/within.js';

/** The configuration of a session that another session asked for. */
export type ChildConfiguration = Record<string, unknown> & { readonly name: string };

/** A session that another session asked for, started as an editor does. */
export interface ChildSession {
  readonly configuration: ChildConfiguration;
  readonly client: DapClient;
  /** Settles when the program may run. Rejects if there is no program to debug. */
  readonly started: Promise<void>;
}

/** Arguments of `initialize` from an editor that can start sessions. */
export const STARTS_SESSIONS = { initialize: { supportsStartDebuggingRequest: true } };

/** Deadline for a child process to get its session, in milliseconds. */
const CHILD_TIMEOUT_MS = 80_000;

/** An editor that starts each session that one of its sessions asks for. */
export class SessionTree {
  readonly children: ChildSession[] = [];
  private readonly waiting = new Map<number, (child: ChildSession) => void>();

  /**
   * @param newClient makes the client of an adapter for a new session
   * @param breakpoints lines by file, set in every session
   */
  constructor(
    private readonly newClient: () => DapClient | Promise<DapClient>,
    private readonly breakpoints: Record<string, number[]> = {},
  ) {}

  /** Starts the first session. @param how `withBreakpoints` is true by default, and `request` is `launch` */
  async start(
    launch: object,
    how: { readonly withBreakpoints?: boolean; readonly request?: 'launch' | 'attach' } = {},
  ): Promise<DapClient> {
    const client = await this.newClient();
    this.acceptChildren(client);
    const { withBreakpoints = true, request = 'launch' } = how;
    await client.start(launch, withBreakpoints ? this.breakpoints : {}, { request, ...STARTS_SESSIONS });
    return client;
  }

  /** Waits for a child session whose program may run. @param at its number in the order of requests, from 0 */
  async child(at: number): Promise<ChildSession> {
    const arrival =
      this.children[at] ?? new Promise<ChildSession>((resolve) => this.waiting.set(at, resolve));
    const child = await within(Promise.resolve(arrival), `the session ${at} of a child`, CHILD_TIMEOUT_MS);
    await child.started;
    return child;
  }

  private acceptChildren(client: DapClient): void {
    client.onRequest('startDebugging', (args) => {
      const { configuration, request } = args as DebugProtocol.StartDebuggingRequestArguments;
      void this.startChild({ ...configuration, request } as unknown as ChildConfiguration);
      return {};
    });
  }

  private async startChild(configuration: ChildConfiguration): Promise<void> {
    const client = await this.newClient();
    this.acceptChildren(client);
    const started = client.start(configuration, this.breakpoints, { request: 'attach', ...STARTS_SESSIONS });
    started.catch(() => undefined);
    const child = { configuration, client, started };
    const at = this.children.push(child) - 1;
    this.waiting.get(at)?.(child);
  }
}

/** Waits for the next stop. @returns its thread and the innermost frame */
export async function stopped(
  client: DapClient,
): Promise<{ threadId: number; frame: DebugProtocol.StackFrame }> {
  const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
  const { stackFrames } = await client.request<{ stackFrames: DebugProtocol.StackFrame[] }>('stackTrace', {
    threadId,
  });
  const [frame] = stackFrames;
  if (frame === undefined) throw new Error('it stopped without a frame');
  return { threadId, frame };
}

/** Evaluates an expression in a frame. @returns the text of its value */
export async function valueAt(client: DapClient, frameId: number, expression: string): Promise<string> {
  const { result } = await client.request<{ result: string }>('evaluate', { expression, frameId });
  return result;
}
