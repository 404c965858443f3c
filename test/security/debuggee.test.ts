import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AdapterStandIn } from '../support/launcher/adapterStandIn.js';

const PROGRAM = fileURLToPath(new URL('fixtures/revealing.cjs', import.meta.url));

/** The forms in which a key could be written down. */
function spellings(key: Buffer): string[] {
  return [
    key.toString('hex'),
    key.toString('hex').toUpperCase(),
    key.toString('base64'),
    key.toString('base64url'),
  ];
}

/** Runs the program under the real launcher, and gives all that it could find out. */
async function revealed(key: Buffer, keyDelivery?: 'file' | 'env'): Promise<string> {
  const config = { key, ...(keyDelivery && { keyDelivery }) };
  const adapter = await AdapterStandIn.initialized({ args: ['--program', PROGRAM], config });
  onTestFinished(() => adapter[Symbol.asyncDispose]());
  await adapter.ask('configurationDone');
  const { stdout, stderr, code } = await adapter.process.end();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.skipIf(process.platform !== 'linux')('the program that is debugged (Linux: reads /proc)', () => {
  it('finds the key nowhere: not in its arguments, its environment, /proc, ps or its children', async () => {
    const key = randomBytes(32);
    const found = await revealed(key);
    for (const spelling of spellings(key)) expect(found).not.toContain(spelling);
    expect(found).toContain('0 variables left');
  });

  it('finds no variable where the key came by environment, though the system remembers it', async () => {
    const key = randomBytes(32);
    const found = await revealed(key, 'env');
    expect(found).toContain('0 variables left');
    // Why a file is the default; and the proof that the search above can find something.
    expect(found).toContain(key.toString('hex'));
  });
});
