import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { Scripts } from '../sources/scripts.js';
import type { SourceLocations } from '../sources/sourceLocations.js';
import type { SkipFiles } from './skipFiles.js';
import type { CodeKind } from './stepThroughSkipped.js';

/** Determines how stepping treats the code of a thread. */
export class CodeKinds {
  constructor(
    private readonly client: InspectorClient,
    private readonly scripts: Scripts,
    private readonly shared: { readonly locations: SourceLocations; readonly skipFiles: SkipFiles },
  ) {
    client.on('Debugger.scriptParsed', (script) => this.blackboxSkipped(script));
  }

  of({ location }: Debugger.CallFrame): CodeKind {
    const { locations, skipFiles } = this.shared;
    const url = this.scripts.urlOf(location);
    if (skipFiles.skips(url)) return 'skipped';
    if (locations.isUnmapped(url, location)) return 'unmapped';
    const { source } = locations.original(url, location.lineNumber, location.columnNumber ?? 0);
    return skipFiles.skips(source.path) ? 'skipped' : 'own';
  }

  /**
   * Makes V8 itself skip a script, which is faster than stepping out of it. Code that runs before V8 receives
   * the command, and node's own scripts, for which the command has no effect, are handled by
   * `stepThroughSkipped`.
   */
  private blackboxSkipped({ scriptId, url }: Debugger.ScriptParsedEventDataType): void {
    if (url === '' || url.startsWith('node:') || !this.shared.skipFiles.skips(url)) return;
    const positions = [{ lineNumber: 0, columnNumber: 0 }];
    // Fails only if the debugger is detached.
    this.client.post('Debugger.setBlackboxedRanges', { scriptId, positions }).catch(() => undefined);
  }
}
