import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ListeningProgram } from '../features/support/listeningProgram.js';
import { within } from '../support/within.js';
import { AttachedAdapter } from './support/attachedAdapter.js';
import { bindingStranger, noOtherUser } from './support/stranger.js';
import { posix } from '../support/platform.js';

const program = fileURLToPath(new URL('../features/fixtures/attach/counts.cjs', import.meta.url));
const ADAPTERS = 50;
const ALREADY = 'another debug adapter is attached to this program already: disconnect that one first';

/** A directory in which every user may make files, and only owners may remove them, as /tmp. */
function openDirectory(): string {
  const directory = mkdtempSync('/tmp/open-');
  chmodSync(directory, 0o1777);
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

function keyFileOf(target: ListeningProgram): string {
  return target.configuration.keyFile;
}

function addressOf(target: ListeningProgram): { host: string; port: number } | { path: string } {
  const [, host, port] = /^(127\.0\.0\.1):(\d+)$/.exec(target.address) ?? [];
  return host === undefined ? { path: target.address } : { host, port: Number(port) };
}

async function listening(listen: string): Promise<ListeningProgram> {
  return ListeningProgram.start(['--listen', listen, '--no-wait', '--program', program]);
}

const UNIX_SOCKET: [string, () => string] = ['a Unix socket', () => join(openDirectory(), 'socket')];
const CARRIERS: [string, () => string][] = [['a port', () => '127.0.0.1:0'], ...(posix ? [UNIX_SOCKET] : [])];

describe.each(CARRIERS)('a program that listens for adapters at %s', (_, listen) => {
  const title = `cannot be kept from it by another user who tries to listen there, while ${ADAPTERS} adapters come and go`;
  it.skipIf(noOtherUser !== undefined)(
    noOtherUser === undefined ? title : `${title} (skipped: ${noOtherUser})`,
    async () => {
      const target = await listening(listen());
      const result = await bindingStranger(addressOf(target));
      for (let round = 0; round < ADAPTERS; round += 1) {
        const adapter = await AttachedAdapter.connect(keyFileOf(target));
        expect(await adapter.ask('initialize')).toMatchObject({ success: true });
        await adapter.detach();
      }
      const { attempts, successes } = await result();
      expect(attempts).toBeGreaterThan(ADAPTERS);
      expect(successes).toBe(0);
      await target.counts();
    },
    120_000,
  );

  it('refuses a second adapter with the reason, and accepts the next one when the first has gone', async () => {
    const target = await listening(listen());
    const first = await AttachedAdapter.connect(keyFileOf(target));
    expect(await first.ask('initialize')).toMatchObject({ success: true });
    for (let round = 0; round < 3; round += 1) {
      const second = await AttachedAdapter.connect(keyFileOf(target));
      expect(await second.ask('initialize')).toMatchObject({ success: false, message: ALREADY });
      await second.closed();
    }
    expect(await first.ask('threads')).toMatchObject({ success: true });
    await first.detach();
    const next = await AttachedAdapter.connect(keyFileOf(target));
    expect(await next.ask('initialize')).toMatchObject({ success: true });
    await next.detach();
  });

  it('drops a stranger before it has authenticated itself, also while an adapter is attached', async () => {
    const target = await listening(listen());
    const adapter = await AttachedAdapter.connect(keyFileOf(target));
    const stranger = connect(addressOf(target));
    let received = '';
    stranger.on('data', (bytes) => (received += bytes.toString('latin1')));
    stranger.on('error', () => undefined);
    const closed = once(stranger, 'close');
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    await within(closed, 'the stranger is dropped');
    expect(received).not.toContain(ALREADY);
    expect(await adapter.ask('initialize')).toMatchObject({ success: true });
    await adapter.detach();
  });

  it('keeps its endpoint from the first adapter on, and removes it at its end', async () => {
    const target = await listening(listen());
    const { address } = target;
    const identity = (): unknown => (existsSync(address) ? statSync(address).ino : 'a port');
    const before = identity();
    const keyFile = keyFileOf(target);
    const key = readFileSync(keyFile, 'utf8');
    for (let round = 0; round < 3; round += 1) {
      await (await AttachedAdapter.connect(keyFile)).detach();
      expect(identity()).toBe(before);
    }
    expect(readFileSync(keyFile, 'utf8')).toBe(key);
    const last = await AttachedAdapter.connect(keyFile);
    await last.ask('terminate');
    // Windows has no signals, at which the program would end itself with its own code.
    expect(await target.exited).toMatchObject({ code: posix ? 5 : 1 });
    expect([existsSync(address), existsSync(keyFile)]).toEqual([false, false]);
  });
});
