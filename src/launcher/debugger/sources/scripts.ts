import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { Script } from './script.js';

/** The comment that names a script. V8 ignores it if the name contains a blank. */
const NAME_COMMENT = /^\/\/[#@] sourceURL=(.*)$/gm;

/** The scripts that one thread has loaded. Locations refer to their script only by id. */
export class Scripts {
  private readonly byId = new Map<string, Script>();

  /**
   * @param loaded called with each script, including V8's internal scripts
   * @param nameInText gives the name of a script that V8 knows by no name, if it is known
   */
  constructor(
    private readonly client: InspectorClient,
    loaded: (script: Script, scripts: Scripts) => void = () => undefined,
    private readonly nameInText: (hash: string) => string | undefined = () => undefined,
  ) {
    client.on('Debugger.scriptParsed', ({ scriptId, url, sourceMapURL = '', hash }) => {
      const script = { scriptId, url, sourceMapURL, hash };
      this.byId.set(scriptId, script);
      loaded(script, this);
    });
  }

  /** The scripts by the names that V8 knows. */
  get all(): Iterable<Script> {
    return this.byId.values();
  }

  /** The script of a location. */
  of({ scriptId }: Pick<Debugger.Location, 'scriptId'>): Script {
    const script = this.byId.get(scriptId) ?? { scriptId, url: '', sourceMapURL: '', hash: '' };
    return withName(script, script.url === '' ? this.nameInText(script.hash) : undefined);
  }

  /** The script with the name in its text, if it has a source map and V8 knows it by no name. */
  async withNameInText(script: Script): Promise<Script> {
    if (script.url !== '' || script.sourceMapURL === '') return script;
    return withNameIn(script, await this.textOf(script));
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

/** The script with the name that the last comment of a text gives to it, if there is one. */
export function withNameIn(script: Script, text: string): Script {
  const name = [...text.matchAll(NAME_COMMENT)].at(-1)?.[1]?.trim();
  return withName(script, name === '' ? undefined : name);
}

function withName(script: Script, name: string | undefined): Script {
  return name === undefined ? script : { ...script, url: name, isNamedInText: true };
}
