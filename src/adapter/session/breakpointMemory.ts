import type { DebugProtocol } from '@vscode/debugprotocol';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { BreakpointIds } from '../translation/breakpointIds.js';

/** A request by which the client has said where to stop, and the numbers of the breakpoints that came of it. */
interface Setting {
  readonly command: string;
  readonly args: Message;
  readonly ids: readonly unknown[];
}

interface SettingPort {
  request(command: string, args: Message): Promise<object | undefined>;
  send(event: string, body?: object): void;
}

/** What outlives the program: data breakpoints do not, since they name things in its memory. */
const KEPT: ReadonlySet<string> = new Set([
  'setBreakpoints',
  'setFunctionBreakpoints',
  'setExceptionBreakpoints',
  'setInstructionBreakpoints',
]);

/** What the client has set, so that a restarted program stops where the one before it did. */
export class BreakpointMemory {
  private readonly settings = new Map<string, Setting>();
  private configured = false;

  /** Whether the client has said that it is through with setting. */
  get isConfigured(): boolean {
    return this.configured;
  }

  /** Takes note of a request, whatever came of it: a launcher that refused it now may be another one then. */
  note({ command, arguments: given }: DebugProtocol.Request, { body }: DebugProtocol.Response): void {
    if (command === 'configurationDone') this.configured = true;
    if (!KEPT.has(command) || !isRecord(given)) return;
    this.settings.set(keyOf(command, given), {
      command,
      args: given,
      ids: breakpointsIn(body).map(({ id }) => id),
    });
  }

  /**
   * Sets all of it again, for a program that took the place of another. The client knows the breakpoints by their
   * old numbers, and is told by those where they are now.
   *
   * @param port does a request as if the client had sent it, and tells the client
   */
  async repeat(port: SettingPort, ids: BreakpointIds): Promise<void> {
    for (const setting of [...this.settings.values()]) {
      // What cannot be set now could not be set before: the client has been told then.
      const body = await port.request(setting.command, setting.args).catch(() => undefined);
      this.tell(setting, body, port, ids);
    }
    if (this.configured) await port.request('configurationDone', {});
  }

  private tell(setting: Setting, body: object | undefined, port: SettingPort, ids: BreakpointIds): void {
    for (const [index, breakpoint] of breakpointsIn(body).entries()) {
      const known = setting.ids[index];
      if (typeof known !== 'number' || typeof breakpoint.id !== 'number') continue;
      ids.rename(breakpoint.id, known);
      port.send('breakpoint', { reason: 'changed', breakpoint: { ...breakpoint, id: known } });
    }
  }
}

/** Line breakpoints replace those of the same source, all others the ones before. */
function keyOf(command: string, { source }: Message): string {
  return isRecord(source) ? `${command} ${JSON.stringify([source.path, source.sourceReference])}` : command;
}

function breakpointsIn(body: unknown): Message[] {
  const list: unknown = isRecord(body) ? body.breakpoints : undefined;
  return Array.isArray(list) ? list.map((one: unknown) => (isRecord(one) ? one : {})) : [];
}
