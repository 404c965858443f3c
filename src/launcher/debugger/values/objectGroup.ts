import type { Lifetime } from './variableStore.js';

/** The inspector's names for the objects that it holds for us: those of a stop are released when the thread goes on. */
export const OBJECT_GROUPS: Readonly<Record<Lifetime, string>> = {
  stop: 'debug-adapter-ipc',
  session: 'debug-adapter-ipc-session',
};
