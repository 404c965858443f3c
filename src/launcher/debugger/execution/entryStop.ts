import type { Debugger } from 'node:inspector';
import { resolve } from 'node:path';
import { findFirstStatement } from '../breakpoints/firstStatement.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { isUrlOfFile, resolveProgram, urlPatternOfFile } from '../sources/scriptUrls.js';

/** The entry of the program: a file, or the name of the script for evaluated code. */
export type Entry = { readonly program: string } | { readonly script: string };

/**
 * The reason of V8's stop before the first statement of a thread that waited for its debugger. Missing in the
 * types.
 */
export const BREAK_ON_START: string = 'Break on start';

/**
 * The single stop before the program's first statement.
 *
 * Sets two breakpoints: one before the execution of any script, for ES modules and evaluated code, and one at
 * the first statement of a CommonJS module, which runs as a function.
 */
export class EntryStop {
  private isProgram: (url: string) => boolean = () => false;
  private inspectorIds: string[] = [];
  private isAtStart = false;

  constructor(private readonly client: InspectorClient) {}

  /** Sets the breakpoints. Must be called before the program starts. */
  async enable(entry: Entry): Promise<void> {
    const { breakpointId } = await this.client.post('Debugger.setInstrumentationBreakpoint', {
      instrumentation: 'beforeScriptExecution',
    });
    this.inspectorIds.push(breakpointId);
    if ('program' in entry) await this.setAtFirstStatement(entry.program);
    else this.isProgram = (name) => name === entry.script;
  }

  /** Takes V8's own stop of a program that waits for its debugger (`--inspect-brk`) for this stop. */
  enableAtStart(): void {
    this.isAtStart = true;
  }

  /** Returns true if a pause is this stop, and then removes the breakpoints. */
  async isHit({ reason, data, hitBreakpoints = [] }: Debugger.PausedEventDataType): Promise<boolean> {
    if (reason === BREAK_ON_START && this.isAtStart) {
      this.isAtStart = false;
      return true;
    }
    const beforeProgram = reason === 'instrumentation' && this.isProgram(urlIn(data));
    if (!beforeProgram && !this.inspectorIds.some((id) => hitBreakpoints.includes(id))) return false;
    await this.disable();
    return true;
  }

  private async setAtFirstStatement(program: string): Promise<void> {
    const file = resolveProgram(program);
    this.isProgram = (url) => isUrlOfFile(url, file);
    const { breakpointId } = await this.client.post('Debugger.setBreakpointByUrl', {
      // Node may be told to keep the symbolic links of the program's path.
      urlRegex: `${urlPatternOfFile(file)}|${urlPatternOfFile(resolve(program))}`,
      ...(await findFirstStatement(this.client, file)),
    });
    this.inspectorIds.push(breakpointId);
  }

  private async disable(): Promise<void> {
    const ids = this.inspectorIds;
    this.isProgram = () => false;
    this.inspectorIds = [];
    for (const breakpointId of ids) await this.client.post('Debugger.removeBreakpoint', { breakpointId });
  }
}

function urlIn(data: object | undefined): string {
  return data !== undefined && 'url' in data ? String(data.url) : '';
}
