import { existsSync } from 'node:fs';

/**
 * Loads what is simulated from a build: `dist/`, or a copy of it with a planted fault.
 *
 * @param dist URL of the folder, with a slash at its end
 */
export async function loadProduct(dist) {
  const load = (path) => import(new URL(`ipc/${path}.js`, dist));
  const { ConnectionBase } = await load('connection/connectionBase');
  const { IPCManager } = await load('session/ipcManager');
  const { RequestClient } = await load('session/requestClient');
  const { IpcError } = await load('core/errors');
  const canResume = existsSync(new URL('ipc/resume/', dist));

  class SimulatedConnection extends ConnectionBase {
    constructor(transport, config) {
      super(transport, config);
    }
  }

  class SimulatedManager extends IPCManager {
    attach(connection) {
      return this.setConnection(connection);
    }
  }

  return { Connection: SimulatedConnection, Manager: SimulatedManager, RequestClient, IpcError, canResume };
}
