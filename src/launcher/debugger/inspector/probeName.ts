import { randomBytes } from 'node:crypto';

/**
 * The name of the probe, which breakpoint conditions call. The probe is a variable of the global scope and not a
 * property of the global object, so the program cannot find it without this random name.
 */
export const PROBE_NAME = `debugAdapterIpc${randomBytes(12).toString('hex')}`;

/**
 * The name of the counter of call records in the program's global scope, hidden in the same way. An element that grows
 * with each record tells which console calls came before a log point's message.
 */
export const RECORD_COUNTER_NAME = `${PROBE_NAME}Records`;
