import { randomBytes } from 'node:crypto';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { FramingName, TransportConfig } from '../../../src/ipc/index.js';
import { parseLauncherArgs } from '../../../src/ipc/index.js';
import { jsonRpcStreams } from '../../../src/jsonrpc/index.js';
import type { JsonRpcStreams } from '../../../src/jsonrpc/index.js';
import { openPair } from '../../support/connectionPair.js';
import { manager } from '../../support/managers.js';
import { localTransport } from '../../support/platform.js';
import { within } from '../../support/within.js';

/**
 * One side of a pair: a listening message connection, the errors and closes that it reported, and a function
 * that closes its connection.
 */
export interface RpcEnd {
  readonly rpc: MessageConnection;
  readonly streams: JsonRpcStreams;
  readonly errors: Error[];
  readonly closes: string[];
  close(): Promise<void>;
}

export interface RpcPair {
  readonly adapter: RpcEnd;
  readonly launcher: RpcEnd;
}

/** Creates pairs of one kind. Both sides have the same limits. */
export interface RpcCarrier {
  readonly name: string;
  open(limits?: TransportConfig): Promise<RpcPair>;
}

/**
 * Makes a message connection listen, and records its errors and closes. Handlers must be set in the same
 * turn.
 */
export function listenOn(streams: JsonRpcStreams, close: () => Promise<void>): RpcEnd {
  const rpc = createMessageConnection(streams.reader, streams.writer);
  const errors: Error[] = [];
  const closes: string[] = [];
  rpc.onError(([error]) => errors.push(error));
  rpc.onClose(() => closes.push('connection'));
  streams.reader.onClose(() => closes.push('reader'));
  streams.writer.onClose(() => closes.push('writer'));
  rpc.listen();
  return { rpc, streams, errors, closes, close };
}

function overConnections(transport: typeof localTransport | 'tcp'): RpcCarrier {
  const carrier = { name: transport, config: { transport } };
  return {
    name: `${transport} connections`,
    open: async (limits = {}) => {
      const { adapter, launcher } = await openPair(carrier, { adapter: limits, launcher: limits });
      return {
        adapter: listenOn(jsonRpcStreams(adapter), () => adapter.close()),
        launcher: listenOn(jsonRpcStreams(launcher), () => launcher.close()),
      };
    },
  };
}

/** Creates pairs over managers, which authenticate each other. */
function overManagers(transport: typeof localTransport | 'tcp', framing: FramingName = 'dp'): RpcCarrier {
  return {
    name: `${transport} managers, ${framing}`,
    open: async (limits = {}) => {
      const [adapter, launcher] = [manager(), manager()];
      const key = randomBytes(32);
      const args = await adapter.createListener({ transport, framing, key, ...limits });
      const adapterEnd = listenOn(jsonRpcStreams(adapter), () => adapter.cleanup());
      await launcher.connect({ ...parseLauncherArgs(args).config, key, ...limits });
      const launcherEnd = listenOn(jsonRpcStreams(launcher), () => launcher.cleanup());
      await within(adapter.connected, 'the launcher is in');
      return { adapter: adapterEnd, launcher: launcherEnd };
    },
  };
}

export const LOCAL = overConnections(localTransport);
export const CARRIERS: readonly RpcCarrier[] = [
  LOCAL,
  overConnections('tcp'),
  overManagers(localTransport),
  overManagers(localTransport, 'length-prefix'),
  overManagers(localTransport, 'content-length'),
  overManagers('tcp'),
];
