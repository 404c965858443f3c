import type { Debugger } from 'node:inspector';
import type { InspectorClient } from './inspectorClient.js';

/** The scripts that the program has loaded. Call frames name theirs by id alone. */
export class Scripts {
  private readonly urls = new Map<string, string>();

  constructor(client: InspectorClient) {
    client.on('Debugger.scriptParsed', ({ scriptId, url }) => this.urls.set(scriptId, url));
  }

  /** The URL of a frame's script; '' for one that has none, such as `new Function(...)`. */
  urlOf({ location }: Debugger.CallFrame): string {
    return this.urls.get(location.scriptId) ?? '';
  }

  /** Whether a frame is in one of node's own modules. */
  isInternal(frame: Debugger.CallFrame): boolean {
    return this.urlOf(frame).startsWith('node:');
  }
}
