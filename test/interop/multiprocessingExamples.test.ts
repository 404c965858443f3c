import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Address, Codec } from '../../src/ipc/multiprocessing/index.js';
import { findPythons } from '../support/pythons.js';
import { rejectionOf } from '../support/rejection.js';
import { within } from '../support/within.js';
import { accepted, connecting, listening, piped } from '../unit/ipc/multiprocessing/support/ends.js';
import { startPython } from '../unit/ipc/multiprocessing/support/pythonPeer.js';

const run = promisify(execFile);
const folder = new URL('../../examples/multiprocessing/', import.meta.url);
const { xmlRpc } = (await import(new URL('xmlRpcCodec.mjs', folder).href)) as { xmlRpc: Codec<unknown> };
const KEY = 'the key';
const PYTHONS = findPythons();
const DOCUMENT = new URL('../../docs/multiprocessing.md', import.meta.url);

const VALUE = {
  none: null,
  truths: [true, false],
  numbers: [0, -1, 2 ** 31 - 1, 1.5, -2.25e-7],
  text: ' <&>"\' aé✓😀 ]]> ',
  empty: ['', [], {}],
  nested: [[[{ a: [{ b: 'c' }] }]]],
};

for (const python of PYTHONS) {
  describe.skipIf(python.missing !== undefined)(`${python.label}${reason(python.missing)}`, () => {
    const allowLegacyMd5 = true;
    const options = { authkey: KEY, allowLegacyMd5, codec: xmlRpc };

    it.skipIf(python.version[0] < 3)(
      'runs the example (skipped for Python 2: it is written in 3)',
      async () => {
        const file = fileURLToPath(new URL('listener.mjs', folder));
        const { stdout } = await run(process.execPath, [file, python.path], { timeout: 20_000 });
        // Two processes write: only the client's lines have an order among themselves.
        const lines = stdout.split('\n').filter((line) => line.endsWith('characters'));
        expect(lines).toEqual(['5 characters', '5 characters', '0 characters']);
        expect(stdout).toContain('the client has gone');
      },
    );

    it('exchanges XML-RPC with XmlClient', async () => {
      const peer = startPython(python);
      const listener = await listening(undefined, options);
      const [connection] = await Promise.all([
        accepted(listener),
        peer.ask({ op: 'connect', address: listener.address, key: KEY, xml: true }),
      ]);
      await connection.send(VALUE);
      expect(await peer.ask({ op: 'recv' })).toEqual({ value: VALUE });
      await peer.ask({ op: 'send', value: VALUE });
      expect(await within(connection.recv(), 'a value')).toEqual(VALUE);
    });

    it('exchanges XML-RPC with XmlListener', async () => {
      const peer = startPython(python);
      const { address } = await peer.ask({ op: 'listen', key: KEY, xml: true });
      const [connection] = await Promise.all([
        connecting(address as Address, options),
        peer.ask({ op: 'accept' }),
      ]);
      await peer.ask({ op: 'send', value: VALUE });
      expect(await within(connection.recv(), 'a value')).toEqual(VALUE);
      await connection.send(VALUE);
      expect(await peer.ask({ op: 'recv' })).toEqual({ value: VALUE });
    });
  });
}

function reason(missing: string | undefined): string {
  return missing === undefined ? '' : `: ${missing}`;
}

describe('the XML-RPC codec', () => {
  it('keeps bytes', async () => {
    const [one, other] = piped({ codec: xmlRpc });
    await one.send(Buffer.from('ff00', 'hex'));
    expect(await other.recv()).toEqual(Buffer.from('ff00', 'hex'));
  });

  it.each(['<params>', 'no XML', '<params><param><value><unknown/></value></param></params>', ''])(
    'is told as what it is where it cannot read: %j',
    async (text) => {
      const [one, other] = piped({ codec: xmlRpc });
      await one.sendBytes(Buffer.from(text));
      expect((await rejectionOf(other.recv())).code).toBe('ERR_IPC_BAD_MESSAGE');
    },
  );
});

describe('docs/multiprocessing.md', () => {
  it.each(['listener.mjs', 'client.py'])('shows %s as it is', (name) => {
    const shown = readFileSync(DOCUMENT, 'utf8');
    const code = readFileSync(new URL(name, folder), 'utf8');
    expect(shown).toContain(code.trim());
  });
});
