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

/** An adapter that has connected and proved itself. */
export interface ConnectedAdapter {
  readonly manager: IPCManager;
  /** Takes its messages, those that came before this call first. */
  read(handler: (message: Message) => void): void;
}

/** Where to listen, and with whose key. */
export interface ListenSettings {
  readonly config: TransportConfig;
  /** A key file that stays; undefined: one of its own, for as long as it listens. */
  readonly keyFile: string | undefined;
}

/** Takes adapters at one endpoint, one after the other, as long as the program lives. Owns the key file. */
export class AdapterListener {
  private closed = false;

  private constructor(
    private readonly files: { readonly keys: KeyStore; readonly remove: () => void },
    private readonly logger: Logger,
    private manager: IPCManager,
    /** Where it listens, from the first time on. */
    readonly listening: ListenerInfo,
    private readonly config: TransportConfig,
  ) {}

  /** Listens. @throws IpcError as `IPCManager.createListener`; `ERR_IPC_KEY` for a key file that cannot be used */
  static async open({ config, keyFile }: ListenSettings, logger: Logger): Promise<AdapterListener> {
    const keys = openKeyFile(keyFile);
    let place: PrivateDirectory | undefined;
    const remove = (): void => {
      place?.remove();
      keys.remove();
    };
    try {
      place = placeFor(config);
      const keyed = {
        ...config,
        ...(place && { path: place.path }),
        key: keys.key,
        keyDelivery: 'env',
      } as const;
      const manager = new IPCManager({ logger });
      const listening = await listenAnew(manager, keyed);
      keys.record(listening.endpoint);
      return new AdapterListener({ keys, remove }, logger, manager, listening, {
        ...keyed,
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
   * Hands on each adapter that proves itself, until `close`. While one is served, the next may come: it is for
   * `take` to refuse it.
   *
   * @throws IpcError when the endpoint is lost to somebody else
   */
  async serve(take: (adapter: ConnectedAdapter) => void): Promise<void> {
    for (;;) {
      const adapter = await accept(this.manager);
      if (adapter === undefined) return;
      take(adapter);
      this.manager = new IPCManager({ logger: this.logger });
      try {
        await listenAnew(this.manager, this.config);
      } catch (error) {
        if (!this.closed) throw error;
      }
    }
  }

  /** Takes no more adapters, and removes what was made to listen. */
  async close(): Promise<void> {
    this.closed = true;
    await this.manager.cleanup();
    this.files.remove();
  }
}

/** A private socket of the listener's own would go with the first adapter, and its directory with it. */
function placeFor({ transport, path }: TransportConfig): PrivateDirectory | undefined {
  const isPrivate = path === undefined && TransportFactory.resolveTransport(transport) === 'unix';
  return isPrivate ? makePrivateDirectory() : undefined;
}

/** @returns undefined where the listener was closed */
async function accept(manager: IPCManager): Promise<ConnectedAdapter | undefined> {
  const early: Message[] = [];
  let handler = (message: Message): void => void early.push(message);
  manager.startReader((message) => handler(message), { accept: true, timeoutMs: Infinity });
  try {
    await manager.connected;
  } catch {
    return undefined;
  }
  const read = (later: (message: Message) => void): void => {
    for (const message of early) later(message);
    handler = later;
  };
  return { manager, read };
}

/** Listens also where a program that was killed has left its socket behind. */
async function listenAnew(manager: IPCManager, config: TransportConfig): Promise<ListenerInfo> {
  try {
    await manager.createListener(config);
  } catch (error) {
    const { path } = config;
    const isTaken = error instanceof IpcError && error.code === 'ERR_IPC_ENDPOINT_IN_USE';
    if (!isTaken || path === undefined || !(await isDeadSocket(path))) throw error;
    unlinkSync(path);
    await manager.createListener(config);
  }
  const { listening } = manager;
  if (listening === undefined) throw new IpcError('ERR_IPC_CLOSED', 'closed while it began to listen');
  return listening;
}

function isDeadSocket(path: string): Promise<boolean> {
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
