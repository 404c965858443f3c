import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import {
  IpcError,
  IPCManager,
  makePrivateDirectory,
  openKeyFile,
  systemCode,
  TransportFactory,
} from '../../ipc/index.js';
import type {
  KeyStore,
  ListenerInfo,
  Logger,
  Message,
  PrivateDirectory,
  TransportConfig,
} from '../../ipc/index.js';

/** An adapter that has connected and authenticated itself. */
export interface ConnectedAdapter {
  readonly manager: IPCManager;
  /** Calls `handler` with each message of the adapter, also with those that came before this call. */
  read(handler: (message: Message) => void): void;
}

/** The address to listen at, and the key to listen with. */
export interface ListenSettings {
  readonly config: TransportConfig;
  /** Key file that is kept. Undefined: a new key file, which is removed when the listener closes. */
  readonly keyFile: string | undefined;
}

/** Accepts adapters at one endpoint, one after the other, as long as the program lives. Owns the key file. */
export class AdapterListener {
  private closed = false;

  private constructor(
    private readonly files: { readonly keys: KeyStore; readonly remove: () => void },
    private readonly logger: Logger,
    private manager: IPCManager,
    /** The address, as it was when the listener first listened. */
    readonly listening: ListenerInfo,
    private readonly config: TransportConfig,
  ) {}

  /**
   * Starts to listen.
   *
   * @throws IpcError as `IPCManager.createListener`; `ERR_IPC_KEY` for a key file that cannot be used
   */
  static async open({ config, keyFile }: ListenSettings, logger: Logger): Promise<AdapterListener> {
    const keys = openKeyFile(keyFile);
    let place: PrivateDirectory | undefined;
    const remove = (): void => {
      place?.remove();
      keys.remove();
    };
    try {
      place = privateDirectoryFor(config);
      const configWithKey = {
        ...config,
        ...(place && { path: place.path }),
        key: keys.key,
        keyDelivery: 'env',
      } as const;
      const manager = new IPCManager({ logger });
      const listening = await listenReplacingStaleSocket(manager, configWithKey);
      keys.record(listening.endpoint);
      return new AdapterListener({ keys, remove }, logger, manager, listening, {
        ...configWithKey,
        ...listening.endpoint,
      });
    } catch (error) {
      remove();
      throw error;
    }
  }

  get keyFile(): string {
    return this.files.keys.path;
  }

  /**
   * Calls `onAdapter` with each adapter that authenticates itself, until `close`. The next adapter may come
   * while one is served: `onAdapter` must then refuse it.
   *
   * @throws IpcError when another process has taken the endpoint
   */
  async serve(onAdapter: (adapter: ConnectedAdapter) => void): Promise<void> {
    for (;;) {
      const adapter = await accept(this.manager);
      if (adapter === undefined) return;
      onAdapter(adapter);
      this.manager = new IPCManager({ logger: this.logger });
      try {
        await listenReplacingStaleSocket(this.manager, this.config);
      } catch (error) {
        if (!this.closed) throw error;
      }
    }
  }

  /** Accepts no more adapters, and removes the files that were made to listen. */
  async close(): Promise<void> {
    this.closed = true;
    await this.manager.cleanup();
    this.files.remove();
  }
}

/**
 * Creates a directory for a private socket. A socket that the manager makes itself would be removed with the
 * first adapter's connection, along with its directory.
 */
function privateDirectoryFor({ transport, path }: TransportConfig): PrivateDirectory | undefined {
  const isPrivate = path === undefined && TransportFactory.resolveTransport(transport) === 'unix';
  return isPrivate ? makePrivateDirectory() : undefined;
}

/** @returns undefined if the listener was closed */
async function accept(manager: IPCManager): Promise<ConnectedAdapter | undefined> {
  const buffered: Message[] = [];
  let handler = (message: Message): void => void buffered.push(message);
  manager.startReader((message) => handler(message), { accept: true, timeoutMs: Infinity });
  try {
    await manager.connected;
  } catch {
    return undefined;
  }
  const read = (later: (message: Message) => void): void => {
    for (const message of buffered) later(message);
    handler = later;
  };
  return { manager, read };
}

/** Listens, also if a program that was killed has left its socket behind. */
async function listenReplacingStaleSocket(
  manager: IPCManager,
  config: TransportConfig,
): Promise<ListenerInfo> {
  try {
    await manager.createListener(config);
  } catch (error) {
    const { path } = config;
    const isInUse = error instanceof IpcError && error.code === 'ERR_IPC_ENDPOINT_IN_USE';
    if (!isInUse || path === undefined || !(await isStaleSocket(path))) throw error;
    unlinkSync(path);
    await manager.createListener(config);
  }
  const { listening } = manager;
  if (listening === undefined) throw new IpcError('ERR_IPC_CLOSED', 'closed while it began to listen');
  return listening;
}

function isStaleSocket(path: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve(systemCode(error) === 'ECONNREFUSED'));
  });
}
