import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DapClient } from '../../support/dapClient.js';
import { within } from '../../support/within.js';

/** What a session is started with that another session asked for. */
export type ChildConfiguration = Record<string, unknown> & { readonly name: string };

/** A session that another one asked for, begun as an editor would. */
export interface ChildSession {
  readonly configuration: ChildConfiguration;
  readonly client: DapClient;
  /** Settles when the program may run; rejects when there is none to debug. */
  readonly begun: Promise<void>;
}

/** As an editor that can start sessions greets an adapter. */
export const STARTS_SESSIONS = { initialize: { supportsStartDebuggingRequest: true } };

/** How long a process may take to come to its session, in milliseconds. */
const COMES_MS = 40_000;

/** An editor: it has a session of its own begun for each that one of its sessions asks for. */
export class SessionTree {
  readonly children: ChildSession[] = [];
  private readonly awaited = new Map<number, (child: ChildSession) => void>();

  /**
   * @param newClient a client of an adapter, as its editor gets it for a new session
   * @param breakpoints lines by file, set in every session
   */
  constructor(
    private readonly newClient: () => DapClient | Promise<DapClient>,
    private readonly breakpoints: Record<string, number[]> = {},
  ) {}

  /** Begins the first session. */
  async start(launch: object, how: { readonly breaks?: boolean } = {}): Promise<DapClient> {
    const client = await this.newClient();
    this.serve(client);
    await client.start(launch, how.breaks === false ? {} : this.breakpoints, STARTS_SESSIONS);
    return client;
  }

  /** The session that was asked for at that place, counted from 0, once its program may run. */
  async child(at: number): Promise<ChildSession> {
    const come = this.children[at] ?? new Promise<ChildSession>((resolve) => this.awaited.set(at, resolve));
    const child = await within(Promise.resolve(come), `the session ${at} of a child`, COMES_MS);
    await child.begun;
    return child;
  }

  private serve(client: DapClient): void {
    client.onRequest('startDebugging', (args) => {
      const { configuration, request } = args as DebugProtocol.StartDebuggingRequestArguments;
      void this.begin({ ...configuration, request } as unknown as ChildConfiguration);
      return {};
    });
  }

  private async begin(configuration: ChildConfiguration): Promise<void> {
    const client = await this.newClient();
    this.serve(client);
    const begun = client.start(configuration, this.breakpoints, { request: 'attach', ...STARTS_SESSIONS });
    begun.catch(() => undefined);
    const child = { configuration, client, begun };
    const at = this.children.push(child) - 1;
    this.awaited.get(at)?.(child);
  }
}

/** Where a session stopped: the frame on top. */
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

/** What an expression is in the frame on top of a stop, as text. */
export async function valueAt(client: DapClient, frameId: number, expression: string): Promise<string> {
  const { result } = await client.request<{ result: string }>('evaluate', { expression, frameId });
  return result;
}
