import { DEFAULT_LIMITS } from '../../ipc/index.js';
import type { JsonBounds } from '../../ipc/index.js';

/**
 * The values that one message to the adapter may have. Parsing takes the event loop, which all sessions of a process
 * share, some microsecond for each value.
 */
const MAX_JSON_VALUES = 1_000_000;

/** The bounds of the messages of clients, launchers and DAP servers. */
export const PEER_JSON_BOUNDS: JsonBounds = {
  maxJsonDepth: DEFAULT_LIMITS.maxJsonDepth,
  maxJsonValues: MAX_JSON_VALUES,
};
