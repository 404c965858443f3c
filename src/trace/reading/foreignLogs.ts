import { UsageError } from '../../commandLine/usageError.js';
import { isRecord } from '../../ipc/index.js';
import { classify } from '../format/classify.js';
import type { TraceEntry } from '../format/traceFormat.js';
import { fileLines } from './fileLines.js';
import { JsonCollector } from './jsonCollector.js';
import { withRequestNumbers } from './requestNumbers.js';

/** A message in a line of a log. Its JSON may go on in the lines after it. */
interface LoggedMessage {
  readonly direction: 'sent' | 'received';
  readonly json: string;
  /** The link. Default: that to the client. */
  readonly link?: string;
  /** The session, in a log of several. Default: the only one. */
  readonly session?: string | undefined;
  /** Milliseconds since 1970. Undefined: the log does not say. */
  readonly time?: number | undefined;
}

/** Finds the message that begins in a line of a log. */
type LogFormat = (line: string) => LoggedMessage | undefined;

/** dlv, with `--log --log-output=dap`. */
const delve: LogFormat = (line) => {
  const [, when = '', arrow, json] =
    /^(\S+) debug layer=dap \[(<-|->) (?:from|to) client\](\{.*)$/.exec(line) ?? [];
  if (json === undefined) return undefined;
  return { direction: arrow === '<-' ? 'received' : 'sent', json, time: Date.parse(when) };
};

/** debugpy, with `--log-to`, and other programs with its logger. The times are seconds since the start. */
const debugpy: LogFormat = (line) => {
  const [, seconds, link = '', session, arrow, json] =
    /^(?:[A-Z]\+(\d+\.\d+): | {13})(\w+)\[(?:(\d+)|[^\]]*)\] (<--|-->) (\{.*)$/.exec(line) ?? [];
  if (json === undefined) return undefined;
  return {
    direction: arrow === '-->' ? 'received' : 'sent',
    json,
    link: link.toLowerCase(),
    session,
    // A message that answers another is in the lines of what led to it.
    time: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
};

/** `LoggingDebugSession` of @vscode/debugadapter. A request has no number there. */
const loggingSession: LogFormat = (line) => {
  const [, when, rest = ''] =
    /^(?:\[(\d\d:\d\d:\d\d\.\d+) UTC\] )?((?:From|To) client: .*)$/.exec(line) ?? [];
  const time = when === undefined ? undefined : Date.parse(`1970-01-01T${when}Z`);
  if (rest.startsWith('To client: {'))
    return { direction: 'sent', json: rest.slice('To client: '.length), time };
  const [, command = '', args = ''] = /^From client: (\w+)\((.*)\)$/.exec(rest) ?? [];
  if (command === '') return undefined;
  const content = args === 'undefined' ? '' : `,"arguments":${args}`;
  return {
    direction: 'received',
    json: `{"type":"request","command":${JSON.stringify(command)}${content}}`,
    time,
  };
};

/** js-debug, with `"trace": true`: JSON lines with tags, also of what it says to V8. */
const jsDebug: LogFormat = (line) => {
  const [, tag] = /^\{[^{}]*"tag":"((?:dap|cdp)\.(?:send|receive))"/.exec(line) ?? [];
  if (tag === undefined) return undefined;
  const { timestamp, metadata } = parsed(line) ?? {};
  const { message, connectionId } = isRecord(metadata) ? metadata : ({} as Readonly<Record<string, unknown>>);
  if (!isRecord(message)) return undefined;
  return {
    direction: tag.endsWith('send') ? 'sent' : 'received',
    json: JSON.stringify(message),
    link: tag.startsWith('dap') ? 'client' : 'program',
    // Each program has a session beside that of the launch. Their numbers are from 0.
    session: typeof connectionId === 'number' ? String(connectionId + 1) : undefined,
    time: typeof timestamp === 'number' ? timestamp : undefined,
  };
};

/** The tracker of VS Code's documentation: `>` for what the adapter gets, `<` for what it sends. */
const tracker: LogFormat = (line) => {
  const [, arrow, json] = /^(?:[\d[\]:.,\-TZ/]+ )?([<>])-{0,2} ?(\{.*)$/.exec(line) ?? [];
  return json === undefined ? undefined : { direction: arrow === '>' ? 'received' : 'sent', json };
};

const FORMATS: readonly LogFormat[] = [delve, debugpy, loggingSession, jsDebug, tracker];

/**
 * The messages in a log of another program: of VS Code's tracker, `LoggingDebugSession`, debugpy, dlv or js-debug.
 *
 * @throws UsageError if the file has no message
 */
export function readForeign(path: string): TraceEntry[] {
  const entries: TraceEntry[] = [];
  let collector = new JsonCollector();
  let open: LoggedMessage | undefined;
  for (const line of fileLines(path)) {
    const begun = findMessage(line);
    // A new message ends one that was cut off.
    if (begun !== undefined) collector = new JsonCollector();
    open = begun ?? (collector.isOpen ? open : undefined);
    if (open === undefined) continue;
    const text = collector.add(begun?.json ?? line);
    const message = text === undefined ? undefined : parsed(text);
    if (message !== undefined) entries.push(entryOf(open, message, entries.at(-1)?.mono ?? 0));
  }
  if (entries.length > 0) return withRequestNumbers(entries);
  throw new UsageError(
    `${path} has no message in it that is known: give a trace, or a log of VS Code's tracker, LoggingDebugSession, ` +
      'debugpy, dlv or js-debug',
  );
}

function findMessage(line: string): LoggedMessage | undefined {
  for (const format of FORMATS) {
    const found = format(line);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entryOf(
  { direction, link = 'client', session = '1', time, json }: LoggedMessage,
  message: Readonly<Record<string, unknown>>,
  before: number,
): TraceEntry {
  const facts = Object.entries(classify(message)).filter(([, value]) => value !== undefined);
  // Without a time it is no earlier than the one before.
  const at = time ?? before;
  return {
    ...{ time: at, mono: at, session, side: 'adapter', link, direction },
    ...(Object.fromEntries(facts) as Pick<TraceEntry, 'kind'>),
    ...{ bytes: Buffer.byteLength(json), message },
  };
}

function parsed(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
