import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { PageTotals, tracePage } from '../../trace/view/tracePage.js';
import { FileFollower } from './fileFollower.js';
import { emptyPage } from './viewTrace.js';

const LOOPBACK = '127.0.0.1';
const TOKEN_BYTES = 24;
/** The page may get its own server's events beside what it may in a file. */
const POLICY = ["default-src 'none';", "default-src 'none'; connect-src 'self';"] as const;
const HEADERS: OutgoingHttpHeaders = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A page that is served. */
export interface ServedPage {
  /** The page's address, with a secret token. */
  readonly address: string;
  /** Settles when a browser first shows the page. */
  readonly opened: Promise<void>;
  /** Settles with the error that ends the serving. */
  readonly failed: Promise<Error>;
}

/**
 * Serves a page that shows a trace while it is written, at the loopback address alone. Who asks needs the token, so that no
 * other user and no other page of the browser gets it. Each page reads the file from its beginning.
 *
 * @throws the system's error
 */
export async function serveTrace(path: string): Promise<ServedPage> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const page = [...tracePage(emptyPage().replace(...POLICY), basename(path), [])].join('');
  let settleOpened = (): void => undefined;
  let settleFailed: (error: Error) => void = () => undefined;
  const opened = new Promise<void>((resolve) => (settleOpened = resolve));
  const failed = new Promise<Error>((resolve) => (settleFailed = resolve));
  let host = '';
  const server = createServer((request, response) => {
    const name = request.headers.host === host ? nameBehind(token, request) : undefined;
    if (name === '')
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }).end(page);
    else if (name === 'events') {
      settleOpened();
      sendEvents(path, response, settleFailed);
    } else response.writeHead(404, HEADERS).end();
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  host = `${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  return { address: `http://${host}/${token}/`, opened, failed };
}

/** What is asked for behind the token. Undefined: the request has another token, or is no reading. */
function nameBehind(token: string, { method, url = '' }: IncomingMessage): string | undefined {
  const [, given = '', name = '', ...more] = url.split('/');
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  const isKnown = a.length === b.length && timingSafeEqual(a, b);
  return isKnown && method === 'GET' && more.length === 0 ? name : undefined;
}

/** Sends the entries as server-sent events, until the browser closes the page. */
function sendEvents(path: string, response: ServerResponse, onFailed: (error: Error) => void): void {
  const totals = new PageTotals();
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
  response.flushHeaders();
  const follower = new FileFollower(path, {
    onEntries: (entries) => {
      const update = totals.update(entries.map((entry) => totals.add(entry)));
      response.write(`data: ${JSON.stringify(update)}\n\n`);
    },
    onError: onFailed,
  });
  response.on('close', () => follower.stop());
  follower.start();
}
