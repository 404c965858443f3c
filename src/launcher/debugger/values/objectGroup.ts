import type { Lifetime } from './variableStore.js';

/**
 * The inspector's object groups for held objects. The group of a stop is released when the thread continues.
 */
export const OBJECT_GROUPS: Readonly<Record<Lifetime, string>> = {
  stop: 'debug-adapter-ipc',
  session: 'debug-adapter-ipc-session',
};
