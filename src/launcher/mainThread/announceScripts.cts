/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Tells the worker of scripts with source maps before they run, so that it can set the breakpoints in them that
 * were set in their sources. Runs in the program's thread, in the midst of V8's compiling.
 */
import type inspector = require('node:inspector');
import type threads = require('node:worker_threads');
import type { ScriptNotice, ScriptFlags } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/** How long a script may be held up, in milliseconds: a map that takes longer is one that nobody has patience for. */
const SCRIPT_TIMEOUT_MS = 2_000;
/** As in hostLink.ts: this module is loaded by itself. */
const INTEREST = 0;
const DONE = 1;
const OWN = 1;
const ALL = 2;

/** What the inspector tells of a script, as far as it matters here. */
interface ScriptParsed {
  readonly method: string;
  readonly params: {
    readonly scriptId: string;
    readonly url: string;
    readonly hash: string;
    readonly sourceMapURL?: string;
  };
}

/** Taken before the program can change them. */
const { load, wait } = Atomics;
const now = performance.now.bind(performance);

/**
 * Has the session, a debugger of this very thread, tell each script whose breakpoints might matter, and hold it
 * until the worker has sent them off. The session itself never stops the program.
 */
function announceScripts(session: inspector.Session, port: threads.MessagePort, signs: ScriptFlags): void {
  const post = port.postMessage.bind(port);
  let told = 0;
  const tell = ({ params }: ScriptParsed): void => {
    const { scriptId, url, hash, sourceMapURL = '' } = params;
    const interest = load(signs, INTEREST);
    if (url.startsWith('node:')) return;
    if (interest !== ALL && (interest !== OWN || url.includes('/node_modules/'))) return;
    told += 1;
    const notice: ScriptNotice = {
      kind: 'script',
      script: { scriptId, url, sourceMapURL, hash },
      number: told,
    };
    post(notice);
    waitUntilDone(signs, told);
  };
  // Without it every stop would be told to this session, too.
  session.post('Debugger.setSkipAllPauses', { skip: true });
  // In the place of a listener: a program that wraps EventEmitter's `emit` does not see it.
  session.emit = (event: string | symbol, message?: unknown): boolean => {
    if (event === 'Debugger.scriptParsed') {
      const parsed = message as ScriptParsed;
      if (parsed.params.sourceMapURL !== undefined && parsed.params.sourceMapURL !== '') tell(parsed);
    }
    return true;
  };
}

function waitUntilDone(signs: ScriptFlags, number: number): void {
  const end = now() + SCRIPT_TIMEOUT_MS;
  for (let done = load(signs, DONE); done < number; done = load(signs, DONE)) {
    if (wait(signs, DONE, done, end - now()) === 'timed-out') return;
  }
}

export = { tellScripts: announceScripts };
