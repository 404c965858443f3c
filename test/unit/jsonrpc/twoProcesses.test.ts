import { describe, expect, it } from 'vitest';
import { CancellationTokenSource, ErrorCodes, ProgressType } from 'vscode-jsonrpc/node';
import { localTransport } from '../../support/platform.js';
import { within } from '../../support/within.js';
import { notification, startLauncher } from './launcherProcess.js';

describe.each([localTransport, 'tcp', 'fd'])(
  'JSON-RPC with a launcher in another process, over %s',
  (transport) => {
    it('serves requests both ways, progress and cancellation, from before the launcher is in', async () => {
      const { rpc, child, errors } = await startLauncher({ transport });
      expect(await within(rpc.sendRequest('pid'), 'the first answer', 10_000)).toBe(child.pid);

      rpc.onRequest('double', ({ value }: { value: number }) => value * 2);
      const relayed = rpc.sendRequest('relay', { method: 'double', params: { value: 21 } });
      expect(await within(relayed, 'the answer to the answer')).toBe(42);

      const numbers: number[] = [];
      rpc.onProgress(new ProgressType<number>(), 'count', (number) => void numbers.push(number));
      expect(await within(rpc.sendRequest('count', { to: 5 }), 'the count')).toBe('counted');
      expect(numbers).toEqual([1, 2, 3, 4, 5]);

      const source = new CancellationTokenSource();
      const began = notification(rpc, 'began');
      const cancelled = rpc.sendRequest('cancellable', {}, source.token);
      await within(began, 'the handler runs');
      source.cancel();
      expect(await within(cancelled, 'the cancelled answer')).toBe('cancelled');
      expect(errors).toEqual([]);
    });

    it('rejects what is under way when the launcher is killed, and says so', async () => {
      const { rpc, child, closes, manager } = await startLauncher({ transport });
      const began = notification(rpc, 'began');
      const pending = rpc.sendRequest('never');
      await within(began, 'the request is under way', 10_000);
      child.kill('SIGKILL');
      await expect(within(pending, 'the rejection')).rejects.toMatchObject({
        code: ErrorCodes.PendingResponseRejected,
        message: expect.stringContaining('the connection was ended by the peer') as string,
        data: { by: 'peer' },
      });
      await within(manager.closed, 'the end');
      expect([...closes].sort()).toEqual(['connection', 'reader', 'writer']);
    });

    it('rejects what is under way when the launcher exits', async () => {
      const { rpc, closes } = await startLauncher({ transport });
      const pending = rpc.sendRequest('exit', { code: 3 });
      await expect(within(pending, 'the rejection', 10_000)).rejects.toMatchObject({
        code: ErrorCodes.PendingResponseRejected,
        data: { by: 'peer' },
      });
      expect(closes).toHaveLength(3);
    });
  },
);
