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
      'Desk',
      'FILE_LIMITS',
      'FRAMING_NAMES',
      'FdConnection',
      'FileProblem',
      'FrameDecoder',
      'FramingError',
      'IPCManager',
      'IPC_ERROR_CODES',
      'IpcError',
      'PipeConnection',
      'Rendezvous',
      'RequestTracker',
      'SessionListener',
      'TRANSPORT_NAMES',
      'TcpConnection',
      'TransportFactory',
      'UnixConnection',
      'adoptAtDesk',
      'claimPeer',
      'contentLengthFraming',
      'describeExit',
      'encodeContentLength',
      'eventEnvelope',
      'formatAddress',
      'formatLauncherArgs',
      'hostAndPort',
      'isLocalHost',
      'isLoopback',
      'isRecord',
      'isResponse',
      'makePrivateDirectory',
      'openKeyFile',
      'parseLauncherArgs',
      'processSpace',
      'readAddress',
      'readCheckedFile',
      'readCheckedFileSync',
      'readCommand',
      'readKeyFile',
      'readKeyFileInBackground',
      'readLauncherMessage',
      'responseEnvelope',
      'settlesWithin',
      'silentLogger',
      'sweepPrivateDirectories',
      'systemCode',
      'takeLauncherKey',
      'toError',
      'unusualKind',
      'waitAtDesk',
      'waitAtRendezvous',
      'watchProcess',
      'withCheckedFileSync',
    ]);
  });

  it('of the JSON-RPC layer are this one', () => {
    expect(Object.keys(jsonrpc)).toEqual(['jsonRpcStreams']);
  });
});
