import type { DebugProtocol } from '@vscode/debugprotocol';
import { launchWith, sessionPair } from '../../unit/adapter/sessionPair.js';

/** The two requests that start a session. Each has its schema. */
export type StartRequest = 'launch' | 'attach';

/** Makes an object that adds each property that is read to `read`. Nested properties are named `name.inner`. */
function watched(target: object, read: Set<string>, prefix = ''): object {
  return new Proxy(target, {
    get(object, name, receiver): unknown {
      const value: unknown = Reflect.get(object, name, receiver);
      // A promise that gives the arguments on asks for `then`.
      if (typeof name !== 'string' || name in Object.prototype || name === 'then') return value;
      read.add(prefix + name);
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject ? watched(value, read, `${prefix}${name}.`) : value;
    },
  });
}

/** The response of an adapter to `launch` or `attach` with these arguments. The session has then ended. */
export async function answerTo(command: StartRequest, args: object): Promise<DebugProtocol.Response> {
  const { client, session } = sessionPair();
  await client.request('initialize', { adapterID: 'test' });
  const seq = 1_000;
  // Not over the wire: a watched object has to arrive as it is.
  session.handleMessage({ seq, type: 'request', command, arguments: args } as DebugProtocol.Request);
  const response = await client.responseTo(seq);
  await session.end('the settings have been read');
  return response;
}

/**
 * Launches that between them have the adapter read every setting there is. Their launcher ends at once: by then
 * all has been read.
 */
export const STARTS: Readonly<Record<StartRequest, readonly object[]>> = {
  launch: [launchWith('diesEarly', { launchTimeoutMs: 5_000, ipc: { limits: {} } }), aServer()],
  attach: [aServer(), { port: 1, key: '0'.repeat(64) }, { port: 1, timeout: 1 }],
};

/** A DAP server that ends before it connects back. */
function aServer(): object {
  const launcher = { profile: 'dap', command: process.execPath, args: ['-e', '', '${ipcAddress}'] };
  return { launcher, ipc: { limits: {} } };
}

/** The names of all settings that the adapter reads for a request: found out by watching it do so. */
export async function settingsRead(command: StartRequest): Promise<string[]> {
  const read = new Set<string>();
  for (const args of STARTS[command]) await answerTo(command, watched(args, read));
  return [...read].sort();
}
