import type { CommandHandler } from './commandHandler.js';
import { optionalString, requiredString } from './readArguments.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import { requireDebugger, threadOf } from './requireDebugger.js';

/** Begins a profile, or takes a snapshot. Returns its type and its file. */
export const startProfile: CommandHandler = async (context, args) => {
  const { stopAtBreakpoint } = args;
  if (Array.isArray(stopAtBreakpoint) && stopAtBreakpoint.length > 0) {
    throw new DebuggerError('"stopAtBreakpoint" is not supported: send stopProfile at the stop');
  }
  const thread = threadOf(context, args);
  const { profiles } = requireDebugger(context);
  const profile = await profiles.start(thread, requiredString(args, 'type'), optionalString(args, 'file'));
  return { body: { ...profile } };
};

/** Writes the profile that is being recorded. Returns its type and its file. */
export const stopProfile: CommandHandler = async (context) => ({
  body: { ...(await requireDebugger(context).profiles.stop()) },
});
