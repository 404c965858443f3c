import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { Script } from './script.js';

/** The scripts that one thread has loaded. Locations refer to their script only by id. */
export class Scripts {
  private readonly byId = new Map<string, Script>();

  /** @param loaded called with each script, including V8's internal scripts */
  constructor(
    private readonly client: InspectorClient,
    loaded: (script: Script, scripts: Scripts) => void = () => undefined,
  ) {
    client.on('Debugger.scriptParsed', ({ scriptId, url, sourceMapURL = '', hash }) => {
      const script = { scriptId, url, sourceMapURL, hash };
      this.byId.set(scriptId, script);
      loaded(script, this);
    });
  }

  /** The script of a location. */
  of({ scriptId }: Debugger.Location): Script {
    return this.byId.get(scriptId) ?? { scriptId, url: '', sourceMapURL: '', hash: '' };
  }

  /** The URL of a location's script; empty for a script without a name, such as `new Function(...)`. */
  urlOf(location: Debugger.Location): string {
    return this.of(location).url;
  }

  /** True if a frame is in one of node's own modules. */
  isInternal({ location }: Debugger.CallFrame): boolean {
    return this.urlOf(location).startsWith('node:');
  }

  /** @throws DebuggerError when the thread has ended */
  async textOf({ scriptId }: Script): Promise<string> {
    return (await this.client.post('Debugger.getScriptSource', { scriptId })).scriptSource;
  }
}
