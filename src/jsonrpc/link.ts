import { IpcError } from '../ipc/index.js';
import type { AcceptOptions, CloseInfo, ConnectionBase, IPCManager, Message } from '../ipc/index.js';

/**
 * The part of a connection that is used. Every `ConnectionBase` provides it, on every transport and framing.
 */
export type JsonRpcConnection = Pick<
  ConnectionBase,
  'state' | 'consume' | 'writeMessage' | 'closed' | 'close'
>;

/** The part of a session's manager that is used. `IPCManager` provides it. */
export type JsonRpcManager = Pick<IPCManager, 'startReader' | 'sendMessage' | 'closed' | 'cleanup'>;

/** Called with each message, and with each error of reading. */
export type Consumer = (item: Message | Error) => void;

/** A common interface to connections and managers for reader and writer. */
export interface Link {
  /** Settles once the connection is over. Never rejects. */
  readonly closed: Promise<CloseInfo>;
  /**
   * Calls `consumer` with earlier and later messages, in order, before `closed` settles.
   *
   * @throws IpcError `ERR_IPC_STATE` if the peer is missing, or has a reader already
   */
  start(consumer: Consumer): void;
  /**
   * Resolves when the message is written to the kernel.
   *
   * @throws IpcError as the connection's own send
   */
  send(message: Message): Promise<void>;
  /** Closes the connection: sent messages arrive. Never rejects. */
  close(): Promise<void>;
}

export function linkTo(peer: JsonRpcConnection | JsonRpcManager, accept: AcceptOptions): Link {
  return 'startReader' in peer ? managerLink(peer, accept) : connectionLink(peer);
}

function connectionLink(connection: JsonRpcConnection): Link {
  return {
    closed: connection.closed,
    start: (consumer) => {
      const { state } = connection;
      if (state === 'idle' || state === 'listening') {
        throw new IpcError(
          'ERR_IPC_STATE',
          `there is no peer to listen to, the connection is ${state}: accept or connect comes first`,
        );
      }
      connection.consume(consumer).catch(consumer);
    },
    send: (message) => connection.writeMessage(message),
    close: () => connection.close(),
  };
}

function managerLink(manager: JsonRpcManager, accept: AcceptOptions): Link {
  return {
    closed: manager.closed,
    start: (consumer) => {
      try {
        manager.startReader(consumer, { ...accept, accept: true, onError: consumer });
      } catch (error) {
        // After the end no messages come, and `closed` has the reason.
        if (!(error instanceof IpcError) || error.code !== 'ERR_IPC_CLOSED') throw error;
      }
    },
    send: (message) => manager.sendMessage(message),
    close: () => manager.cleanup(),
  };
}
