import { describe, expect, it } from 'vitest';
import { RequestClient, RequestRefusedError } from '../../../../src/ipc/session/requestClient.js';
import type { RequestClientOptions } from '../../../../src/ipc/session/requestClient.js';
import { readCommand, responseEnvelope } from '../../../../src/ipc/core/messages.js';
import type { Command, Message } from '../../../../src/ipc/core/messages.js';
import { listeningManager, manager } from '../../../support/managers.js';
import { rejectionOf } from '../../../support/rejection.js';
import { within } from '../../../support/within.js';

/** A client, and a launcher whose answers `answer` makes: undefined sends none. */
async function clientAndLauncher(
  answer: (command: Command) => Message | undefined,
  options: RequestClientOptions = {},
) {
  const { adapter, config } = await listeningManager();
  const client = new RequestClient(adapter, options);
  adapter.startReader(client.handler, { accept: true });
  const launcher = manager();
  await launcher.connect(config);
  const commands: Command[] = [];
  launcher.startReader(async (message) => {
    const command = readCommand(message);
    commands.push(command);
    const response = answer(command);
    if (response !== undefined) await launcher.sendMessage(response);
  });
  await within(adapter.connected, 'the launcher');
  return { client, adapter, launcher, commands };
}

const echo = ({ id, arguments: body }: Command): Message => responseEnvelope(id, { success: true, body });

describe('RequestClient', () => {
  it('gives each request its own response, and passes events on', async () => {
    const events: string[] = [];
    const options = { onEvent: ({ event }: { event: string }) => events.push(event) };
    const { client, launcher } = await clientAndLauncher(echo, options);
    await launcher.sendMessage({ event: 'up', body: {} });
    const bodies = await Promise.all([1, 2, 3].map((n) => client.request('echo', { n })));
    expect(bodies).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect([events, client.pending]).toEqual([['up'], 0]);
  });

  it('rejects with the refusal of the launcher', async () => {
    const { client } = await clientAndLauncher(({ id }) =>
      responseEnvelope(id, { success: false, message: 'not now', body: { why: 1 } }),
    );
    const error = await rejectionOf(client.request('launch'));
    expect(error).toBeInstanceOf(RequestRefusedError);
    expect(error).toMatchObject({ code: 'ERR_IPC_REQUEST_REFUSED', message: 'not now', body: { why: 1 } });
  });

  it('rejects at the deadline, and at once for an id that came as text', async () => {
    const { client } = await clientAndLauncher(({ id, command }) =>
      command === 'silent' ? undefined : { event: 'response', id: String(id), success: true },
    );
    expect((await rejectionOf(client.request('silent', {}, { timeoutMs: 5 }))).code).toBe(
      'ERR_IPC_REQUEST_TIMEOUT',
    );
    expect((await rejectionOf(client.request('text'))).message).toContain('as the text "2"');
  });

  it('cancels a request by its signal, and tells the launcher', async () => {
    const { client, commands } = await clientAndLauncher((command) =>
      command.command === 'slow' ? undefined : echo(command),
    );
    const aborter = new AbortController();
    const slow = rejectionOf(client.request('slow', {}, { signal: aborter.signal }));
    aborter.abort(new Error('the user pressed stop'));
    expect(await slow).toMatchObject({
      code: 'ERR_IPC_ABORTED',
      cause: { message: 'the user pressed stop' },
    });
    await client.request('next');
    expect(commands).toMatchObject([
      { command: 'slow', id: 1 },
      { command: 'cancel', arguments: { requestId: 1 }, id: null },
      { command: 'next' },
    ]);
  });

  it('rejects everything at the end of the session', async () => {
    const { client, launcher } = await clientAndLauncher(() => undefined);
    const waiting = rejectionOf(client.request('wait', {}, { timeoutMs: Infinity }));
    await launcher.cleanup();
    expect((await waiting).code).toBe('ERR_IPC_CLOSED');
    expect((await rejectionOf(client.request('late'))).code).toBe('ERR_IPC_CLOSED');
  });

  it('rejects a request that cannot be sent, and keeps no place for it', async () => {
    const { client } = await clientAndLauncher(echo);
    expect((await rejectionOf(client.request('bad', { n: 1n }))).code).toBe('ERR_IPC_UNSERIALIZABLE');
    expect(client.pending).toBe(0);
  });
});
