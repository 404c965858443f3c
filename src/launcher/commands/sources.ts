import { isRecord } from '../../ipc/index.js';
import { DebuggerError } from '../debugger/inspector/debuggerError.js';
import type { CommandHandler } from './commandHandler.js';
import { optionalNumber } from './readArguments.js';
import { requireDebugger } from './requireDebugger.js';

/** Returns the text of a source that is not a file. */
export const source: CommandHandler = async (context, args) => {
  const given = isRecord(args.source) ? optionalNumber(args.source, 'sourceReference') : undefined;
  const reference = given ?? optionalNumber(args, 'sourceReference') ?? 0;
  if (reference === 0) throw new DebuggerError('a source without a "sourceReference" is a file: open that');
  return { body: { content: await requireDebugger(context).locations.textOf(reference) } };
};

/** Returns the program's scripts, and the sources that they were compiled from. */
export const loadedSources: CommandHandler = (context) => ({
  body: { sources: requireDebugger(context).loadedSources.all },
});
