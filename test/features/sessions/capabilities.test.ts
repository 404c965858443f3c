import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import { PROOFS } from '../support/capabilityProofs.js';

/** The capabilities in the response to `initialize`. */
async function announced(): Promise<Record<string, unknown>> {
  const { client } = stdioClient();
  const capabilities = await client.request('initialize', { adapterID: 'test' });
  await client.request('disconnect');
  return capabilities;
}

/** True for a capability that needs a proof: it is true, or a list that is not empty. */
function isPromise([, value]: [string, unknown]): boolean {
  return Array.isArray(value) ? value.length > 0 : value === true;
}

describe('what initialize announces', () => {
  it('is proved to the last, and nothing is proved that is not announced', async () => {
    const names = Object.entries(await announced())
      .filter(isPromise)
      .map(([name]) => name);
    expect(Object.keys(PROOFS).sort()).toEqual(names.sort());
  });

  it('is told in docs/editors.md, and nothing else is', async () => {
    const page = readFileSync(new URL('../../../docs/editors.md', import.meta.url), 'utf8');
    const told = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    const names = Object.entries(await announced())
      .filter(isPromise)
      .map(([name]) => name);
    expect(told.sort()).toEqual(names.sort());
  });
});

describe('the capability', () => {
  it.each(Object.entries(PROOFS))('%s is kept', async (_name, prove) => {
    const { client } = stdioClient();
    await prove(client);
  });
});
