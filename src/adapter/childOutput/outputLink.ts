/**
 * The connection from the adapter of a child's session to that of its parent's session, in the envelopes of a launcher. The
 * child's adapter says hello at the parent's rendezvous, and is claimed by the parent's adapter itself.
 */

/** The field of the hello that names the child. */
export const OUTPUT_OF = 'outputOf';
/** Event: console calls of the child. Body: as of the launcher's event of that name, in the client's terms. */
export const CALLS_EVENT = 'consoleCalls';
/** Command: responds once all calls were sent whose text is written so far. Body: as of the launcher's command. */
export const DESCRIBE_COMMAND = 'describeOutput';
/** Command: DAP's request, for values in the calls. */
export const VARIABLES_COMMAND = 'variables';
