import { describe, expect, it } from 'vitest';
import * as ipc from '../../src/ipc/index.js';
import * as jsonrpc from '../../src/jsonrpc/index.js';

describe('the public names', () => {
  it('of the IPC layer are these, and no others', () => {
    expect(Object.keys(ipc).sort()).toEqual([
      'AUTH_NAMES',
      'AuthenticationError',
      'CANCELLED',
      'ConnectionBase',
      'DEFAULT_LIMITS',
      'DIGEST_NAMES',
      'Rendezvous',
      'FRAMING_NAMES',
      'FdConnection',
      'FrameDecoder',
      'FramingError',
      'IPCManager',
      'IPC_ERROR_CODES',
      'IpcError',
      'PipeConnection',
      'RequestTracker',
      'TRANSPORT_NAMES',
      'TcpConnection',
      'TransportFactory',
      'UnixConnection',
      'claimPeer',
      'contentLengthFraming',
      'describeExit',
      'encodeFrame',
      'eventEnvelope',
      'formatAddress',
      'formatLauncherArgs',
      'hostAndPort',
      'isLoopback',
      'isRecord',
      'isResponse',
      'makePrivateDirectory',
      'openKeyFile',
      'parseLauncherArgs',
      'processSpace',
      'readAddress',
      'readCommand',
      'readKeyFile',
      'readLauncherMessage',
      'responseEnvelope',
      'settlesWithin',
      'silentLogger',
      'systemCode',
      'takeLauncherKey',
      'toError',
      'waitAtRendezvous',
      'watchProcess',
    ]);
  });

  it('of the JSON-RPC layer are this one', () => {
    expect(Object.keys(jsonrpc)).toEqual(['jsonRpcStreams']);
  });
});
