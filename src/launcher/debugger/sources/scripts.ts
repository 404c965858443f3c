import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { Script } from './script.js';

/** The scripts that one thread has loaded. Places in them name theirs by id alone. */
export class Scripts {
  private readonly byId = new Map<string, Script>();

  /** @param loaded is called with each script, V8's own ones included */
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

  /** The script of a place. */
  of({ scriptId }: Debugger.Location): Script {
    return this.byId.get(scriptId) ?? { scriptId, url: '', sourceMapURL: '', hash: '' };
  }

  /** The URL of a place's script; '' for one that has none, such as `new Function(...)`. */
  urlOf(location: Debugger.Location): string {
    return this.of(location).url;
  }

  /** Whether a frame is in one of node's own modules. */
  isInternal({ location }: Debugger.CallFrame): boolean {
    return this.urlOf(location).startsWith('node:');
  }

  /** @throws DebuggerError when the thread has ended */
  async textOf({ scriptId }: Script): Promise<string> {
    return (await this.client.post('Debugger.getScriptSource', { scriptId })).scriptSource;
  }
}
