import { createServer } from 'node:net';
import { describe, it } from 'vitest';
import type { Carrier } from '../../../support/connectionPair.js';
import { connectionConformance } from './connectionConformance.js';

const CARRIERS: (Carrier & { readonly missing?: string | undefined })[] = [
  {
    name: 'unix',
    config: { transport: 'unix' },
    missing: process.platform === 'win32' ? 'not on Windows' : undefined,
  },
  {
    name: 'pipe',
    config: { transport: 'pipe' },
    missing: process.platform === 'win32' ? undefined : 'only on Windows',
  },
  { name: 'tcp 127.0.0.1', config: { transport: 'tcp', host: '127.0.0.1' } },
  {
    name: 'tcp 127.0.0.1 with length prefixes',
    config: { transport: 'tcp', host: '127.0.0.1', framing: 'length-prefix' },
  },
  {
    name: 'tcp 127.0.0.1 with content lengths',
    config: { transport: 'tcp', host: '127.0.0.1', framing: 'content-length' },
  },
  {
    name: 'tcp ::1',
    config: { transport: 'tcp', host: '::1' },
    missing: (await canBind('::1')) ? undefined : 'this machine has no IPv6',
  },
];

for (const { missing, ...carrier } of CARRIERS) {
  if (missing !== undefined) {
    describe.skip(`${carrier.name}: ${missing}`, () => {
      it('conforms', () => undefined);
    });
    continue;
  }
  connectionConformance(carrier);
}

function canBind(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
      .once('error', () => {
        resolve(false);
      })
      .listen(0, host, () => {
        server.close(() => {
          resolve(true);
        });
      });
  });
}
