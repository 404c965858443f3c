import { pathToFileURL } from 'node:url';

/** Creates a contender from the public API of the built package, used as an adapter and a launcher use it. */
function contender(title, config) {
  return {
    title,
    async listen(receive) {
      const { IPCManager } = await builtModule('index.js');
      const manager = new IPCManager();
      const args = await manager.createListener({ transport: 'unix', fallback: false, ...config });
      const accept = async (child) => {
        manager.startReader(receive, { accept: true, launcher: child, onError: () => undefined });
        await manager.connected;
        return channelOver(manager);
      };
      return { args, env: manager.launcherEnv, accept, close: () => manager.cleanup() };
    },
    async connect(args, receive) {
      const { IPCManager, parseLauncherArgs } = await builtModule('index.js');
      const manager = new IPCManager();
      await manager.connect({ ...parseLauncherArgs(args).config, ...config });
      manager.startReader(receive);
      return channelOver(manager);
    },
  };
}

function channelOver(manager) {
  const send = (message) => manager.sendMessage(message);
  return { send, sendAndWait: send, close: () => manager.cleanup() };
}

/**
 * Returns the URL of a module of the build. The directory comes from an environment variable, so that two
 * builds can be compared.
 */
export function builtModule(path) {
  return import(new URL(path, distUrl()).href);
}

/** Returns the directory of the build: `BENCH_DIST`, or dist/ of this repository. */
export function distUrl() {
  const { BENCH_DIST } = process.env;
  return BENCH_DIST === undefined ? new URL('../../dist/', import.meta.url) : pathToFileURL(`${BENCH_DIST}/`);
}

export const ours = contender('ours', {});
export const oursTcp = contender('ours, over TCP', { transport: 'tcp' });
export const oursResumed = contender('ours, over TCP, resumed', { transport: 'tcp', resume: true });
export const oursWithoutAuth = contender('ours, no auth', { auth: 'off' });
