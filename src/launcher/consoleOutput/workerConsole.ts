/**
 * The hook of a worker thread's console, as an expression that is evaluated in the thread before it runs anything. It does what
 * mainThread/consoleCalls does for the main thread, and the program sees as little of it. There is no shared memory, so each
 * record is passed to a binding of the inspector; and the thread cannot know where in the process's output its text will be,
 * because the main thread writes it.
 */

/** The name of the binding that receives the records. It is a property of the global object only until the hook has run. */
export const BINDING_NAME = 'debug-adapter-ipc records';
/** Number of calls whose arguments are kept. */
const KEPT_CALLS = 1_000;
/** Number of calls that are recorded per second. The text of further calls is plain text. */
const RECORDS_PER_SECOND = 500;
/** Number of characters of a text's first line that are recorded. The text is found by them. */
export const WORKER_HEAD_CHARS = 256;
/** Number of characters of a stack that are recorded. */
const MAX_STACK_CHARS = 8_000;
/** Number of stack frames that are searched for the program's own code. */
const MAX_FRAMES = 4;
/** Greatest depth of calls within calls. */
const MAX_NESTED = 64;

/** Returns the list of the kept calls, or undefined if this node's console is built differently. */
export const WORKER_HOOK = `(() => {
  const send = globalThis[${JSON.stringify(BINDING_NAME)}];
  delete globalThis[${JSON.stringify(BINDING_NAME)}];
  const target = console;
  const describe = Object.getOwnPropertyDescriptor;
  const define = Object.defineProperty;
  const keyOf = (...names) => Object.getOwnPropertySymbols(target).find((key) => names.includes(key.description));
  const write = keyOf('kWriteToConsole');
  const indentKey = keyOf('kGroupIndent', 'kGroupIndentationString');
  const emitWarning = describe(process, 'emitWarning');
  let consoleCall;
  process.emitWarning = () => undefined;
  try {
    consoleCall = process.binding('inspector').consoleCall;
  } catch {
    // This node has no such function.
  } finally {
    define(process, 'emitWarning', emitWarning);
  }
  const isNative = (key) =>
    Function.prototype.toString.call(describe(target, key)?.value ?? '') === 'function () { [native code] }';
  if (typeof send !== 'function' || typeof consoleCall !== 'function') return undefined;
  if (write === undefined || typeof target[indentKey] !== 'string' || !isNative(write)) return undefined;
  const { stringify } = JSON;
  const { byteLength } = Buffer;
  const { hrtime } = process;
  const { captureStackTrace } = Error;
  const bindCall = Function.prototype.call.bind.bind(Function.prototype.call);
  const split = bindCall(String.prototype.split);
  const join = bindCall(Array.prototype.join);
  const indexOf = bindCall(String.prototype.indexOf);
  const slice = bindCall(String.prototype.slice);
  const startsWith = bindCall(String.prototype.startsWith);
  const keepSites = (error, sites) => sites;
  const kept = [];
  const calls = [];
  let lastId = 0;
  let second = -1;
  let count = 0;
  const mayRecord = () => {
    const now = hrtime()[0];
    if (now !== second) count = 0;
    second = now;
    count += 1;
    return count <= ${RECORDS_PER_SECOND};
  };
  const siteBelow = (below) => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    const holder = {};
    try {
      Error.stackTraceLimit = ${MAX_FRAMES};
      Error.prepareStackTrace = keepSites;
      captureStackTrace(holder, below);
      const sites = holder.stack;
      for (let at = 0; at < sites.length; at += 1) {
        const url = sites[at].getScriptNameOrSourceURL();
        const line = sites[at].getLineNumber();
        if (typeof url !== 'string' || url === '' || startsWith(url, 'node:') || line === null) continue;
        return { url, line, column: sites[at].getColumnNumber() };
      }
      return undefined;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      Error.prepareStackTrace = prepareStackTrace;
    }
  };
  const hasObject = (args) => {
    for (let at = 0; at < args.length; at += 1) {
      if ((typeof args[at] === 'object' && args[at] !== null) || typeof args[at] === 'function') return true;
    }
    return false;
  };
  const keep = (args) => {
    if (args === undefined) return undefined;
    lastId += 1;
    kept[lastId % ${KEPT_CALLS}] = { id: lastId, args };
    return lastId;
  };
  const headOf = (text) => {
    const end = indexOf(text, '\\n');
    return end < ${WORKER_HEAD_CHARS} ? slice(text, 0, end + 1) : slice(text, 0, ${WORKER_HEAD_CHARS});
  };
  const record = (stream, text) => {
    const call = calls.length === 0 ? undefined : calls[calls.length - 1];
    if (call !== undefined) calls.length -= 1;
    if (!mayRecord()) return;
    const indent = target[indentKey];
    const written = (indent === '' ? text : indent + join(split(text, '\\n'), '\\n' + indent)) + '\\n';
    const stack = indexOf(text, '    at ');
    send(stringify({
      __proto__: null,
      category: stream.description === 'kUseStdout' ? 'stdout' : 'stderr',
      length: byteLength(written),
      head: headOf(written),
      stack: stack === -1 ? undefined : slice(text, stack, stack + ${MAX_STACK_CHARS}),
      call: keep(call?.args),
      styles: call?.styles,
      ...siteBelow(recordQuietly),
    }));
  };
  const quietly = (action) => (...args) => {
    try {
      action(...args);
    } catch {
      // The text of this call stays plain text.
    }
  };
  const recordQuietly = quietly(record);
  const callBefore = (key, first) => {
    const descriptor = describe(target, key);
    const both = consoleCall.bind(target, first, descriptor.value);
    for (const name of ['name', 'length']) define(both, name, { value: descriptor.value[name], configurable: true });
    define(target, key, { ...descriptor, value: both });
  };
  for (const method of ['log', 'info', 'debug', 'dirxml', 'warn', 'error', 'dir']) {
    if (!isNative(method)) continue;
    callBefore(method, quietly((...args) => {
      const shown = method === 'dir' ? [args[0]] : args;
      if (calls.length === ${MAX_NESTED}) calls.length = 0;
      const isExpandable = hasObject(shown);
      const isStyled = !isExpandable && typeof shown[0] === 'string' && indexOf(shown[0], '%c') !== -1;
      calls[calls.length] = { args: isExpandable ? shown : undefined, styles: isStyled ? shown : undefined };
    }));
  }
  callBefore(write, recordQuietly);
  return kept;
})()`;
