import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { NodeDebugSession } from '../../../src/adapter/serving/debugSession.js';
import type { SessionOptions } from '../../../src/adapter/serving/debugSession.js';
import { DapClient } from '../../support/dapClient.js';

export interface SessionPair {
  readonly client: DapClient;
  readonly session: NodeDebugSession;
  /** Messages that the session wrote to stderr. */
  readonly errors: string[];
  readonly toAdapter: PassThrough;
}

/** A session in this process and its client, over streams in memory. It is ended when the test is. */
export function sessionPair(options: SessionOptions = {}): SessionPair {
  const toAdapter = new PassThrough();
  const fromAdapter = new PassThrough();
  const errors: string[] = [];
  const session = new NodeDebugSession({ reportError: (message) => errors.push(message), ...options });
  session.start(toAdapter, fromAdapter);
  onTestFinished(() => session.end('the test is over'));
  return { client: new DapClient(toAdapter, fromAdapter), session, errors, toAdapter };
}

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** Launch arguments for a stand-in launcher of test/unit/adapter/fixtures; the program is beside the point. */
export function launchWith(fixture: string, more: object = {}): object {
  return {
    program: fixturePath('dpPeer.mjs'),
    launcher: { command: process.execPath, args: [fixturePath(`${fixture}.mjs`)] },
    terminateTimeoutMs: 500,
    ...more,
    // The stand-ins speak bare frames, as launchers of others do.
    ipc: { auth: 'off', ...('ipc' in more && (more.ipc as object)) },
  };
}
