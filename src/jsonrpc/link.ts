import { IpcError } from '../ipc/index.js';
import type { AcceptOptions, CloseInfo, ConnectionBase, IPCManager, Message } from '../ipc/index.js';

/** What is used of a connection: every `ConnectionBase` has it, on every transport and framing. */
export type JsonRpcConnection = Pick<
  ConnectionBase,
  'state' | 'consume' | 'writeMessage' | 'closed' | 'close'
>;

/** What is used of a session's manager: `IPCManager` has it. */
export type JsonRpcManager = Pick<IPCManager, 'startReader' | 'sendMessage' | 'closed' | 'cleanup'>;

/** Takes messages, and what went wrong while reading. */
export type Consumer = (item: Message | Error) => void;

/** The one view that reader and writer have of either: messages in, messages out, one end. */
export interface Link {
  /** Settles once, when it is over; never rejects. */
  readonly closed: Promise<CloseInfo>;
  /**
   * Hands on what has come and then what comes, in order, before `closed` settles.
   *
   * @throws IpcError `ERR_IPC_STATE` for what cannot be read from yet, or is being read already
   */
  start(consumer: Consumer): void;
  /** Resolves when the kernel has it. @throws IpcError as the connection's own send */
  send(message: Message): Promise<void>;
  /** Ends it: what was sent arrives. Never fails. */
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
        // After the end there is nothing to read, and `closed` says why.
        if (!(error instanceof IpcError) || error.code !== 'ERR_IPC_CLOSED') throw error;
      }
    },
    send: (message) => manager.sendMessage(message),
    close: () => manager.cleanup(),
  };
}
