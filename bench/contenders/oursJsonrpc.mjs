import { builtModule } from './ours.mjs';
import { bareChannel, connectionChannel } from './rpcConnection.mjs';

/**
 * Creates a contender from the reader and writer of `debug-adapter-ipc/jsonrpc`, over a session with default
 * options.
 */
function contender(title, channelOver) {
  return {
    title,
    async listen(receive) {
      const { IPCManager } = await builtModule('index.js');
      const { jsonRpcStreams } = await builtModule('jsonrpc/index.js');
      const manager = new IPCManager();
      const close = () => manager.cleanup();
      const args = await manager.createListener({ transport: 'unix', fallback: false });
      const accept = async (launcher) => {
        const channel = channelOver(jsonRpcStreams(manager, { launcher }), receive, close);
        await manager.connected;
        return channel;
      };
      return { args, env: manager.launcherEnv, accept, close };
    },
    async connect(args, receive) {
      const { IPCManager, parseLauncherArgs } = await builtModule('index.js');
      const { jsonRpcStreams } = await builtModule('jsonrpc/index.js');
      const manager = new IPCManager();
      await manager.connect(parseLauncherArgs(args).config);
      return channelOver(jsonRpcStreams(manager), receive, () => manager.cleanup());
    },
  };
}

export const oursJsonrpc = contender('ours, jsonrpc', bareChannel);
export const oursConnection = contender('ours, jsonrpc connection', connectionChannel);
