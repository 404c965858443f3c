import { randomBytes } from 'node:crypto';

/**
 * The name of the probe, which breakpoint conditions call. The probe is a variable of the global scope and not a
 * property of the global object, so the program cannot find it without this random name.
 */
export const PROBE_NAME = `debugAdapterIpc${randomBytes(12).toString('hex')}`;
