import type { CommandEntry, CommandHandler } from './commandHandler.js';
import { describeOutput, evaluate, scopes, stackTrace, threads, variables } from './inspection.js';
import { completions, locations, readMemory, setExpression, setVariable, writeMemory } from './values.js';
import { attach, cancel, configurationDone, disconnect, initialize, launch, terminate } from './lifecycle.js';
import {
  breakpointLocations,
  exceptionInfo,
  setBreakpoints,
  setExceptionBreakpoints,
  setFunctionBreakpoints,
} from './breakpoints.js';
import { startProfile, stopProfile } from './profiles.js';
import { loadedSources, source } from './sources.js';
import { continueProgram, pause } from './running.js';
import { restartFrame, stepBy, stepIn, stepInTargets, toggleSkipFileStatus } from './stepping.js';

const ordered = (handle: CommandHandler): CommandEntry => ({ handle, ordered: true, stoppable: false });
const resuming = (handle: CommandHandler): CommandEntry => ({ ...ordered(handle), resumes: true });
const atOnce = (handle: CommandHandler): CommandEntry => ({ handle, ordered: false, stoppable: false });
const inspecting = (handle: CommandHandler): CommandEntry => ({ handle, ordered: false, stoppable: true });

/** Every command of the launcher, by its name on the wire. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map([
  ['initialize', ordered(initialize)],
  ['launch', ordered(launch)],
  ['attach', ordered(attach)],
  ['setBreakpoints', ordered(setBreakpoints)],
  ['setFunctionBreakpoints', ordered(setFunctionBreakpoints)],
  ['setExceptionBreakpoints', ordered(setExceptionBreakpoints)],
  ['breakpointLocations', inspecting(breakpointLocations)],
  ['configurationDone', ordered(configurationDone)],
  ['continue', resuming(continueProgram)],
  ['next', resuming(stepBy('stepOver'))],
  ['stepIn', resuming(stepIn)],
  ['stepOut', resuming(stepBy('stepOut'))],
  ['restartFrame', resuming(restartFrame)],
  ['toggleSkipFileStatus', ordered(toggleSkipFileStatus)],
  ['pause', ordered(pause)],
  ['threads', inspecting(threads)],
  ['stackTrace', inspecting(stackTrace)],
  ['stepInTargets', inspecting(stepInTargets)],
  ['scopes', inspecting(scopes)],
  ['variables', inspecting(variables)],
  ['evaluate', inspecting(evaluate)],
  ['source', inspecting(source)],
  ['loadedSources', inspecting(loadedSources)],
  ['setVariable', inspecting(setVariable)],
  ['setExpression', inspecting(setExpression)],
  ['completions', inspecting(completions)],
  ['readMemory', inspecting(readMemory)],
  ['writeMemory', atOnce(writeMemory)],
  ['locations', inspecting(locations)],
  ['describeOutput', atOnce(describeOutput)],
  ['exceptionInfo', inspecting(exceptionInfo)],
  ['startProfile', atOnce(startProfile)],
  ['stopProfile', atOnce(stopProfile)],
  ['cancel', atOnce(cancel)],
  ['terminate', atOnce(terminate)],
  ['disconnect', atOnce(disconnect)],
]);
