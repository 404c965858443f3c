import type * as Http from 'node:http';
import { hostAndPort, isRecord } from '../../ipc/index.js';
import type { InspectorAddress } from '../options/inspectorAddress.js';

/** A program that an inspector offers to debug. */
export interface InspectorEntry {
  /** The path of the WebSocket, with the query. */
  readonly path: string;
  /** The name for the user: for Node.js the path of the program. */
  readonly title: string;
}

/** The path of an inspector's list of targets. */
const LIST_PATH = '/json/list';
/** The longest answer of an inspector that is read, in characters. */
const MAX_ANSWER_CHARS = 1_000_000;

/**
 * Asks an inspector for the program that it offers, by its list of targets.
 *
 * @throws Error with the reason, if nothing listens or what listens is no inspector of a program
 */
export async function findInspector(address: InspectorAddress, timeoutMs: number): Promise<InspectorEntry> {
  const where = hostAndPort(address);
  // Loaded here, because no other session needs it.
  const http = await import('node:http');
  const answer = await fetchText(http, address, timeoutMs);
  const [entry] = readEntries(answer).filter(({ type }) => type === 'node' || type === 'deno');
  if (entry !== undefined) return entry;
  throw new Error(
    `what listens at ${where} is no inspector of Node.js or Deno: it lists no program to debug`,
  );
}

function readEntries(text: string): (InspectorEntry & { readonly type: string })[] {
  const list = parse(text);
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
    if (!isRecord(entry) || typeof entry.webSocketDebuggerUrl !== 'string') return [];
    const url = parseUrl(entry.webSocketDebuggerUrl);
    if (url === undefined) return [];
    // Behind a forwarded port, the inspector does not know its own address: only the path is used.
    const path = `${url.pathname}${url.search}`;
    const title = typeof entry.title === 'string' ? entry.title : '';
    return [{ path, title, type: typeof entry.type === 'string' ? entry.type : '' }];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function fetchText(
  { get }: typeof Http,
  { host, port }: InspectorAddress,
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get({ host, port, path: LIST_PATH, signal, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MAX_ANSWER_CHARS) request.destroy(new Error('its answer has no end'));
      });
      response.once('end', () => resolve(text));
      response.once('error', reject);
    });
    request.once('error', reject);
  });
}
