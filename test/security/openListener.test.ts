import { describe, expect, it } from 'vitest';
import { listen } from '../../src/ipc/multiprocessing/index.js';
import { recordingLogger } from '../support/recordingLogger.js';
import { rejectionOf } from '../support/rejection.js';
import { within } from '../support/within.js';
import { asOtherUser, OTHER_UID, whyNoOtherUser } from './support/otherUser.js';
import { configFor, connectionFor, listeningAt } from './support/sessions.js';

const noOtherUser = whyNoOtherUser();
const skipName = noOtherUser === undefined ? '' : ` (skipped: ${noOtherUser})`;

const MESSAGE = '{"event":"forged"}';

/** Code for another user: connects, sends a DP frame with a message, and prints when the connection is closed. */
function forging(port: number, host = '127.0.0.1'): string {
  const header = Buffer.from([0x44, 0x50, 1, 1, 0, 0, 0, MESSAGE.length]).toString('hex');
  return `
    const socket = require('net').connect({ port: ${port}, host: '${host}' }, () => {
      socket.write(Buffer.concat([Buffer.from('${header}', 'hex'), Buffer.from('${MESSAGE}')]));
      console.log('CONNECTED');
    });
    socket.on('error', () => {}).on('close', () => console.log('CLOSED')).resume();`;
}

describe.skipIf(noOtherUser)(`a TCP listener without authentication${skipName}`, () => {
  it.each([
    ['dp', '127.0.0.1'],
    ['content-length', '127.0.0.1'],
    ['dp', '::1'],
  ] as const)('takes no other user for its peer: %s at %s', async (framing, host) => {
    const logger = recordingLogger();
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', host, framing, auth: 'off', logger });
    const { port } = endpoint as { port: number };
    expect(await asOtherUser(forging(port, host)).result()).toBe('CONNECTED\nCLOSED\n');
    const launcher = connectionFor({ ...configFor(endpoint), framing, auth: 'off' });
    await within(Promise.all([adapter.accept(), launcher.connect()]), 'our own launcher is the peer');
    await launcher.writeMessage({ event: 'true' });
    expect(await within(adapter.readMessage(), 'its message')).toEqual({ event: 'true' });
    expect(JSON.stringify(logger.entries)).toContain('refused a connector');
  });

  it('says in the error of its wait whom it refused, and the way out', async () => {
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', auth: 'off' });
    const { port } = endpoint as { port: number };
    await asOtherUser(forging(port)).result();
    const { message } = await rejectionOf(adapter.accept({ timeoutMs: 10 }));
    expect(message).toMatch(new RegExp(`1 refused.*is a process of user ${OTHER_UID}.*allowOtherUsers`));
  });

  it('accepts another user with allowOtherUsers', async () => {
    const { adapter, endpoint } = await listeningAt({ transport: 'tcp', auth: 'off', allowOtherUsers: true });
    const { port } = endpoint as { port: number };
    const other = asOtherUser(forging(port));
    await within(adapter.accept(), 'the other user is the peer');
    expect(await within(adapter.readMessage(), 'the message')).toEqual({ event: 'forged' });
    adapter.destroy();
    await other.result();
  });

  it('refuses another user also for any number of peers, as multiprocessing has it', async () => {
    const listener = await listen(['127.0.0.1', 0]);
    try {
      const [, port] = listener.address as [string, number];
      expect(await asOtherUser(forging(port)).result()).toBe('CONNECTED\nCLOSED\n');
      const { message } = await rejectionOf(listener.accept({ timeoutMs: 10 }));
      expect(message).toContain(`user ${OTHER_UID}`);
    } finally {
      await listener.close();
    }
  });
});
