import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { Scripts } from '../sources/scripts.js';
import type { SourceLocations } from '../sources/sourceLocations.js';
import type { SkipFiles } from './skipFiles.js';
import type { CodeKind } from './stepThroughSkipped.js';

/** Determines how stepping treats the code of a thread. */
export class CodeKinds {
  /** The ids of the scripts that V8 itself skips. */
  private readonly blackboxed = new Set<string>();

  constructor(
    private readonly client: InspectorClient,
    private readonly scripts: Scripts,
    private readonly shared: { readonly locations: SourceLocations; readonly skipFiles: SkipFiles },
  ) {
    client.on('Debugger.scriptParsed', (script) => this.blackbox(script));
  }

  of({ location }: Debugger.CallFrame): CodeKind {
    const { locations, skipFiles } = this.shared;
    const url = this.scripts.urlOf(location);
    if (skipFiles.skips(url)) return 'skipped';
    if (locations.isUnmapped(url, location)) return 'unmapped';
    const { source } = locations.original(url, location.lineNumber, location.columnNumber ?? 0);
    return skipFiles.skips(source.path) ? 'skipped' : 'own';
  }

  /** Makes V8 follow a change of the skipped files. */
  update(): void {
    for (const script of this.scripts.all) this.blackbox(script);
  }

  /**
   * Makes V8 itself skip a script, which is faster than stepping out of it. Code that runs before V8 receives
   * the command, and node's own scripts, for which the command has no effect, are handled by
   * `stepThroughSkipped`.
   */
  private blackbox({ scriptId, url }: { readonly scriptId: string; readonly url: string }): void {
    if (url === '' || url.startsWith('node:')) return;
    const skips = this.shared.skipFiles.skips(url);
    if (skips === this.blackboxed.has(scriptId)) return;
    if (skips) this.blackboxed.add(scriptId);
    else this.blackboxed.delete(scriptId);
    const positions = skips ? [{ lineNumber: 0, columnNumber: 0 }] : [];
    // Fails only if the debugger is detached.
    this.client.post('Debugger.setBlackboxedRanges', { scriptId, positions }).catch(() => undefined);
  }
}
