import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { platformOf, sourceKey } from '../../paths/filePaths.js';
import type { SendEvent } from '../debuggee/debuggeeEvents.js';
import type { BreakpointIds } from '../translation/clientView.js';

/** A request that set breakpoints, and the ids of the breakpoints in its response. */
interface RecordedRequest {
  readonly command: string;
  readonly args: Message;
  readonly ids: readonly unknown[];
}

/** Performs a request as if the client had sent it. Returns the response's body. */
export type PerformRequest = (command: string, args: Message) => Promise<object | undefined>;

/** The recorded requests. Data breakpoints are missing: they name things in the memory of one program. */
const RECORDED: ReadonlySet<string> = new Set([
  'setBreakpoints',
  'setFunctionBreakpoints',
  'setExceptionBreakpoints',
  'setInstructionBreakpoints',
]);

/** The breakpoints that the client has set, so that a restarted program stops at the same places. */
export class BreakpointMemory {
  private readonly requests = new Map<string, RecordedRequest>();
  private configured = false;

  /** True once the client has sent `configurationDone`. */
  get isConfigured(): boolean {
    return this.configured;
  }

  /** Records a request, also one that failed: the launcher of a restarted program may accept it. */
  record({ command, arguments: given }: DebugProtocol.Request, { body }: DebugProtocol.Response): void {
    if (command === 'configurationDone') this.configured = true;
    if (!RECORDED.has(command) || !isRecord(given)) return;
    this.requests.set(keyOf(command, given), {
      command,
      args: given,
      ids: breakpointsIn(body).map(({ id }) => id),
    });
  }

  /**
   * Sets all breakpoints again, for a program that replaces another one. The client knows the breakpoints by their
   * old ids, and gets a `breakpoint` event with the new place of each.
   */
  async repeat(perform: PerformRequest, send: SendEvent, ids: BreakpointIds): Promise<void> {
    for (const request of [...this.requests.values()]) {
      // A request that fails now failed for the client before, which got the error then.
      const body = await perform(request.command, request.args).catch(() => undefined);
      this.report(request, body, send, ids);
    }
    if (this.configured) await perform('configurationDone', {});
  }

  private report(
    request: RecordedRequest,
    body: object | undefined,
    send: SendEvent,
    ids: BreakpointIds,
  ): void {
    for (const [index, breakpoint] of breakpointsIn(body).entries()) {
      const known = request.ids[index];
      if (typeof known !== 'number' || typeof breakpoint.id !== 'number') continue;
      ids.rename(breakpoint.id, known);
      send('breakpoint', { reason: 'changed', breakpoint: { ...breakpoint, id: known } });
    }
  }
}

/** The key of a request: line breakpoints replace those of the same source, other requests all of their kind. */
function keyOf(command: string, { source }: Message): string {
  if (!isRecord(source)) return command;
  const { path, sourceReference } = source;
  const key = typeof path === 'string' ? sourceKey(path, platformOf(path)) : path;
  return `${command} ${JSON.stringify([key, sourceReference])}`;
}

function breakpointsIn(body: unknown): Message[] {
  const list: unknown = isRecord(body) ? body.breakpoints : undefined;
  return Array.isArray(list) ? list.map((one: unknown) => (isRecord(one) ? one : {})) : [];
}
