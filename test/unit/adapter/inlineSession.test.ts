import { fileURLToPath } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect, it } from 'vitest';
import { NodeDebugSession } from '../../../src/adapter/serving/debugSession.js';
import { LAUNCHER } from '../../support/launcher/adapterStandIn.js';
import { within } from '../../support/within.js';

const PROGRAM = fileURLToPath(new URL('../../support/fixtures/ends.cjs', import.meta.url));

type Sent = DebugProtocol.ProtocolMessage & { event?: string; command?: string; success?: boolean };

/** A client in the same process, as an editor with a `DebugAdapterInlineImplementation` is. */
function inlineClient() {
  const session = new NodeDebugSession();
  const sent: Sent[] = [];
  let wake: () => void = () => undefined;
  const subscription = session.onDidSendMessage((message) => {
    sent.push(message as Sent);
    wake();
  });
  const until = async (what: string, isIt: (message: Sent) => boolean): Promise<void> => {
    while (!sent.some(isIt)) await within(new Promise<void>((resolve) => (wake = resolve)), what, 15_000);
  };
  let seq = 0;
  const request = async (command: string, args: object = {}): Promise<void> => {
    seq += 1;
    const message = { seq, type: 'request', command, arguments: args };
    session.handleMessage(message);
    if (command === 'launch') return;
    await until(command, (one) => one.type === 'response' && one.command === command);
  };
  return { session, sent, subscription, until, request };
}

it('a session serves a client in the same process, without streams', async () => {
  const { session, sent, until, request } = inlineClient();
  await request('initialize', { adapterID: 'inline' });
  await request('launch', {
    program: PROGRAM,
    args: ['naturally'],
    launcher: { command: process.execPath, args: [LAUNCHER] },
  });
  await until('initialized', ({ event }) => event === 'initialized');
  await request('configurationDone');
  await until('the end of the program', ({ event }) => event === 'terminated');
  await request('disconnect');
  await within(session.ended, 'the end of the session');
  expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_, index) => index + 1));
});

it('a session ends when it is disposed, and a listener that is removed gets nothing', async () => {
  const { session, sent, subscription, request } = inlineClient();
  await request('initialize', { adapterID: 'inline' });
  const before = sent.length;
  subscription.dispose();
  session.handleMessage({ seq: 9, type: 'request', command: 'threads' } as DebugProtocol.Request);
  session.dispose();
  await within(session.ended, 'the end of the session');
  expect(sent).toHaveLength(before);
});
