import type { CommandEntry, CommandHandler } from './commands/commandHandler.js';
import { evaluate, scopes, stackTrace, threads, variables } from './commands/inspection.js';
import { configurationDone, disconnect, initialize, launch, terminate } from './commands/lifecycle.js';
import { continueProgram, pause, setBreakpoints, stepBy } from './commands/running.js';

const ordered = (handle: CommandHandler): CommandEntry => ({ handle, ordered: true });
const atOnce = (handle: CommandHandler): CommandEntry => ({ handle, ordered: false });

/** Every command that the launcher knows, by its name on the wire. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map([
  ['initialize', ordered(initialize)],
  ['launch', ordered(launch)],
  ['setBreakpoints', ordered(setBreakpoints)],
  ['configurationDone', ordered(configurationDone)],
  ['continue', ordered(continueProgram)],
  ['next', ordered(stepBy('stepOver'))],
  ['stepIn', ordered(stepBy('stepInto'))],
  ['stepOut', ordered(stepBy('stepOut'))],
  ['pause', ordered(pause)],
  ['threads', atOnce(threads)],
  ['stackTrace', atOnce(stackTrace)],
  ['scopes', atOnce(scopes)],
  ['variables', atOnce(variables)],
  ['evaluate', atOnce(evaluate)],
  ['terminate', atOnce(terminate)],
  ['disconnect', atOnce(disconnect)],
]);
