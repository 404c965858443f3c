import { onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { within } from '../../support/within.js';

/** Has a client say goodbye with its test: an adapter that is killed cannot remove what it made. */
export function polite(client: DapClient): DapClient {
  onTestFinished(async () => {
    await client.ask('disconnect', { terminateDebuggee: true }).catch(() => undefined);
    client.toAdapter.end();
    await within(client.closed, 'the end of an adapter');
  });
  return client;
}
