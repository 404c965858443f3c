import { onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { within } from '../../support/within.js';

/** Disconnects a client when the test ends: an adapter that is killed cannot remove its temporary files. */
export function disconnectWithTest(client: DapClient): DapClient {
  onTestFinished(async () => {
    await client.ask('disconnect', { terminateDebuggee: true }).catch(() => undefined);
    client.toAdapter.end();
    await within(client.closed, 'the end of an adapter');
  });
  return client;
}
