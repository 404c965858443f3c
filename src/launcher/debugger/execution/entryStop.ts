import type { Debugger } from 'node:inspector';
import { findFirstStatement } from '../breakpoints/firstStatement.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { isUrlOfFile, resolveProgram, urlPatternOfProgram } from '../sources/scriptUrls.js';

/** Where the program begins: its file, or the name of its script where it is code. */
export type Entry = { readonly program: string } | { readonly script: string };

/**
 * The one stop before the program's first statement. It takes two breakpoints: one before any script
 * (which ES modules and code are), one at the first statement of a CommonJS module (which is a function).
 */
export class EntryStop {
  private isProgram: (url: string) => boolean = () => false;
  private inspectorIds: string[] = [];

  constructor(private readonly client: InspectorClient) {}

  /** To be called before the program starts. */
  async arm(entry: Entry): Promise<void> {
    const { breakpointId } = await this.client.post('Debugger.setInstrumentationBreakpoint', {
      instrumentation: 'beforeScriptExecution',
    });
    this.inspectorIds.push(breakpointId);
    if ('program' in entry) await this.armFile(resolveProgram(entry.program));
    else this.isProgram = (url) => url === entry.script;
  }

  /** Whether a pause is this stop. If so, there is no other. */
  async isHit({ reason, data, hitBreakpoints = [] }: Debugger.PausedEventDataType): Promise<boolean> {
    const beforeProgram = reason === 'instrumentation' && this.isProgram(urlIn(data));
    if (!beforeProgram && !this.inspectorIds.some((id) => hitBreakpoints.includes(id))) return false;
    await this.disarm();
    return true;
  }

  private async armFile(file: string): Promise<void> {
    this.isProgram = (url) => isUrlOfFile(url, file);
    const { breakpointId } = await this.client.post('Debugger.setBreakpointByUrl', {
      urlRegex: urlPatternOfProgram(file),
      ...(await findFirstStatement(this.client, file)),
    });
    this.inspectorIds.push(breakpointId);
  }

  private async disarm(): Promise<void> {
    const ids = this.inspectorIds;
    this.isProgram = () => false;
    this.inspectorIds = [];
    for (const breakpointId of ids) await this.client.post('Debugger.removeBreakpoint', { breakpointId });
  }
}

function urlIn(data: object | undefined): string {
  return data !== undefined && 'url' in data ? String(data.url) : '';
}
