/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Announces scripts to the worker before they run: those with source maps, so that the worker can set the
 * breakpoints of their sources, and those with a `debugger` statement, so that it can begin to record
 * asynchronous calls. Runs in the program's thread while V8 compiles.
 */
import type inspector = require('node:inspector');
import type threads = require('node:worker_threads');
import statements = require('./debuggerStatements.cjs');
import type { ScriptNotice, ScriptFlags } from '../link/threadLink.js' with { 'resolution-mode': 'import' };

/**
 * Longest time that a script may be held, in milliseconds. A source map that takes longer is not worth the
 * wait.
 */
const SCRIPT_TIMEOUT_MS = 2_000;
/** Same values as in threadLink.ts: this module is loaded alone. */
const FILTER = 0;
const DONE = 1;
const STATEMENTS = 2;
const OWN = 1;
const ALL = 2;

/** The fields of the inspector's `Debugger.scriptParsed` event that are used here. */
interface ScriptParsed {
  readonly method: string;
  readonly params: {
    readonly scriptId: string;
    readonly url: string;
    readonly hash: string;
    readonly sourceMapURL?: string;
  };
}

/** The most characters of the comment that names a script. */
const MAX_NAME_LENGTH = 4_096;
const NAME_COMMENT = '# sourceURL=';
/** The folders that Yarn puts into the paths of packages. */
const VIRTUAL_FOLDER = /\/(?:__virtual__|\$\$virtual)\//;

/** True if node loads files by the names of symbolic links. */
const keepsLinks = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')].some((option) =>
  option.startsWith('--preserve-symlinks'),
);

/** Saved before the program can replace them. */
const { load, wait } = Atomics;
const nowMs = performance.now.bind(performance);

/**
 * Makes the session, a debugger of this same thread, announce each script whose breakpoints may matter, and
 * hold the script until the worker has sent its breakpoints. The session itself never stops the program.
 */
function announceScripts(session: inspector.Session, port: threads.MessagePort, flags: ScriptFlags): void {
  const post = port.postMessage.bind(port);
  let announced = 0;
  const announce = ({ params }: ScriptParsed): void => {
    const { scriptId, url, hash, sourceMapURL = '' } = params;
    const expectsStop = load(flags, STATEMENTS) !== 0 && statements.hasDebuggerStatement(url);
    if (!expectsStop && !mayHaveBreakpoints(params, load(flags, FILTER))) return;
    announced += 1;
    const notice: ScriptNotice = {
      kind: 'script',
      script: { scriptId, url, sourceMapURL, hash },
      ...(url === '' && { nameComment: nameCommentOf(session, scriptId) }),
      number: announced,
      expectsStop,
    };
    post(notice);
    waitUntilDone(flags, announced);
  };
  // Otherwise this session would receive every stop, too.
  session.post('Debugger.setSkipAllPauses', { skip: true });
  // Replaces `emit` instead of adding a listener: a program that wraps EventEmitter's `emit` does not see
  // this.
  session.emit = (event: string | symbol, message?: unknown): boolean => {
    if (event === 'Debugger.scriptParsed') announce(message as ScriptParsed);
    return true;
  };
}

/** True if the worker must know the script to set its breakpoints. */
function mayHaveBreakpoints({ url, sourceMapURL = '' }: ScriptParsed['params'], filter: number): boolean {
  if (url.startsWith('node:')) return false;
  if (filter !== ALL && (filter !== OWN || /[\\/]node_modules[\\/]/.test(url))) return false;
  // Which file a script is from cannot be told by a name with links in it.
  return sourceMapURL !== '' || keepsLinks || VIRTUAL_FOLDER.test(url);
}

/** The comment that names a script, with some text after it. V8 ignores a name that contains a blank. */
function nameCommentOf(session: inspector.Session, scriptId: string): string {
  let text = '';
  // The callback runs before `post` returns, because the session debugs its own thread.
  session.post('Debugger.getScriptSource', { scriptId }, (error, result) => {
    if (error === null) text = result.scriptSource;
  });
  const at = text.lastIndexOf(NAME_COMMENT);
  return at === -1 ? '' : `//${text.slice(at, at + MAX_NAME_LENGTH)}`;
}

function waitUntilDone(flags: ScriptFlags, number: number): void {
  const endMs = nowMs() + SCRIPT_TIMEOUT_MS;
  for (let done = load(flags, DONE); done < number; done = load(flags, DONE)) {
    if (wait(flags, DONE, done, endMs - nowMs()) === 'timed-out') return;
  }
}

export = announceScripts;
