import { resolve } from 'node:path';
import { IpcError, openKeyFile, removeStaleSocket, SessionListener } from '../../ipc/index.js';
import type { Endpoint, KeyStore, Logger, PeerSession, TransportConfig } from '../../ipc/index.js';

/** The address to listen at, and the key to listen with. */
export interface ListenSettings {
  readonly config: TransportConfig;
  /** Key file that is kept. Undefined: a new key file, which is removed when the listener closes. */
  readonly keyFile: string | undefined;
}

/**
 * Accepts adapters at one endpoint as long as the program lives. Owns the key file.
 *
 * The endpoint stays bound all the time: another user must not be able to take it between two adapters.
 */
export class AdapterListener {
  private constructor(
    private readonly keys: KeyStore,
    private readonly listener: SessionListener,
  ) {}

  /**
   * Starts to listen. The key file names the endpoint when this has resolved.
   *
   * @param onAdapter receives the session of each adapter that has authenticated itself
   * @throws IpcError as `SessionListener.listen`; `ERR_IPC_KEY` for a key file that cannot be used
   */
  static async open(
    { config, keyFile }: ListenSettings,
    logger: Logger,
    onAdapter: (session: PeerSession) => void,
  ): Promise<AdapterListener> {
    const keys = openKeyFile(keyFile);
    let listener: SessionListener | undefined;
    try {
      // Without a private socket the user decides on a port, because every user can reach a port.
      const settings = { ...config, key: keys.key, logger, fallback: false };
      listener = await listenReplacingStaleSocket(settings, onAdapter);
      keys.record(listener.endpoint);
      return new AdapterListener(keys, listener);
    } catch (error) {
      keys.remove();
      await listener?.close();
      throw error;
    }
  }

  get endpoint(): Endpoint {
    return this.listener.endpoint;
  }

  /** The absolute path of the key file: adapters run in other directories, and on Windows on other drives. */
  get keyFile(): string {
    return resolve(this.keys.path);
  }

  /** Accepts no more adapters, and removes the files that were made to listen. */
  async close(): Promise<void> {
    await this.listener.close();
    this.keys.remove();
  }
}

/** Listens, also if a program that was killed has left its socket behind. */
async function listenReplacingStaleSocket(
  config: TransportConfig,
  onAdapter: (session: PeerSession) => void,
): Promise<SessionListener> {
  try {
    return await SessionListener.listen(config, onAdapter);
  } catch (error) {
    const isInUse = error instanceof IpcError && error.code === 'ERR_IPC_ENDPOINT_IN_USE';
    if (!isInUse || config.path === undefined) throw error;
    await removeStaleSocket(config.path);
    return SessionListener.listen(config, onAdapter);
  }
}
