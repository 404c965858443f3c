import type { ConnectionBase } from '../connection/connectionBase.js';
import { memoryConnections } from '../connection/memoryConnection.js';
import type { Message } from '../core/messages.js';
import { IPCManager } from './ipcManager.js';
import type { ManagerOptions } from './managerOptions.js';

/** Options of the managers of a pair. */
export interface MemoryPairOptions {
  readonly adapter?: ManagerOptions | undefined;
  readonly launcher?: ManagerOptions | undefined;
}

/** The two ends of one session. Disposing of the pair ends both. */
export interface MemoryPair<
  ToAdapter extends object = Message,
  ToLauncher extends object = Message,
> extends AsyncDisposable {
  readonly adapter: IPCManager<ToAdapter, ToLauncher>;
  readonly launcher: IPCManager<ToLauncher, ToAdapter>;
}

/**
 * Connects two managers in memory, for tests without processes, files and sockets. Messages take the same way as over
 * a socket: they are encoded, framed, bounded and ordered, and the end settles everything that waits. Each end starts
 * its reader itself.
 *
 * @throws IpcError `ERR_IPC_CONFIG` for an unknown option
 */
export async function createMemoryPair<
  ToAdapter extends object = Message,
  ToLauncher extends object = Message,
>(options: MemoryPairOptions = {}): Promise<MemoryPair<ToAdapter, ToLauncher>> {
  const { listener, connector } = await memoryConnections();
  const adapter = new ConnectedManager<ToAdapter, ToLauncher>(listener, options.adapter);
  const launcher = new ConnectedManager<ToLauncher, ToAdapter>(connector, options.launcher);
  return {
    adapter,
    launcher,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([adapter.cleanup(), launcher.cleanup()]);
    },
  };
}

/** A manager whose connection is open from the beginning. */
class ConnectedManager<In, Out extends object> extends IPCManager<In, Out> {
  constructor(connection: ConnectionBase, options?: ManagerOptions) {
    super(options);
    void this.setConnection(connection);
  }

  override get connected(): Promise<void> {
    return Promise.resolve();
  }
}
