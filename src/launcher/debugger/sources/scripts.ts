import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspectorClient.js';

/** The scripts that one thread has loaded. Places in them name theirs by id alone. */
export class Scripts {
  private readonly urls = new Map<string, string>();

  constructor(client: InspectorClient) {
    client.on('Debugger.scriptParsed', ({ scriptId, url }) => this.urls.set(scriptId, url));
  }

  /** The URL of a place's script; '' for one that has none, such as `new Function(...)`. */
  urlOf({ scriptId }: Debugger.Location): string {
    return this.urls.get(scriptId) ?? '';
  }

  /** Whether a frame is in one of node's own modules. */
  isInternal({ location }: Debugger.CallFrame): boolean {
    return this.urlOf(location).startsWith('node:');
  }
}
