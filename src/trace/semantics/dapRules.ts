import { isRecord } from '../../ipc/index.js';
import { contentOf } from '../format/classify.js';
import type { TraceEntry } from '../format/traceFormat.js';
import type { Report } from './problem.js';
import { References } from './references.js';

/** Requests that need a capability of the adapter, by their command. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  breakpointLocations: 'supportsBreakpointLocationsRequest',
  cancel: 'supportsCancelRequest',
  completions: 'supportsCompletionsRequest',
  configurationDone: 'supportsConfigurationDoneRequest',
  dataBreakpointInfo: 'supportsDataBreakpoints',
  disassemble: 'supportsDisassembleRequest',
  exceptionInfo: 'supportsExceptionInfoRequest',
  goto: 'supportsGotoTargetsRequest',
  gotoTargets: 'supportsGotoTargetsRequest',
  loadedSources: 'supportsLoadedSourcesRequest',
  modules: 'supportsModulesRequest',
  readMemory: 'supportsReadMemoryRequest',
  restart: 'supportsRestartRequest',
  restartFrame: 'supportsRestartFrame',
  reverseContinue: 'supportsStepBack',
  setDataBreakpoints: 'supportsDataBreakpoints',
  setExpression: 'supportsSetExpression',
  setFunctionBreakpoints: 'supportsFunctionBreakpoints',
  setInstructionBreakpoints: 'supportsInstructionBreakpoints',
  setVariable: 'supportsSetVariable',
  stepBack: 'supportsStepBack',
  stepInTargets: 'supportsStepInTargetsRequest',
  terminate: 'supportsTerminateRequest',
  terminateThreads: 'supportsTerminateThreadsRequest',
  writeMemory: 'supportsWriteMemoryRequest',
};
/** Requests of the configuration, which begins with the event `initialized`. */
const CONFIGURATION: ReadonlySet<string> = new Set([
  'configurationDone',
  'setBreakpoints',
  'setExceptionBreakpoints',
  'setFunctionBreakpoints',
]);
/** Events of a program that runs, before which the client is told that it can configure. */
const OF_THE_PROGRAM: ReadonlySet<string> = new Set(['stopped', 'continued', 'breakpoint']);

/** DAP's rules about the order of a session's messages. */
export class DapRules {
  private readonly references = new References();
  private capabilities: Readonly<Record<string, unknown>> = {};
  private readonly seen = new Set<string>();
  /** The direction of the client's messages, known with its `initialize`. Undefined: the beginning is missing. */
  private fromClient: TraceEntry['direction'];
  /** The events before `initialize`, by their entries. */
  private readonly early: { readonly entry: number; readonly name: string }[] = [];

  check(entry: TraceEntry, index: number, report: Report): void {
    const { kind, direction, name = '' } = entry;
    if (direction === undefined) return;
    if (kind === 'request' && name === 'initialize' && this.fromClient === undefined) {
      this.fromClient = direction;
      for (const early of this.early) report('before-initialize', tooEarly(early.name), early.entry);
    }
    if (kind === 'event' && this.fromClient === undefined) this.early.push({ entry: index, name });
    if (kind === 'request') this.checkRequest(entry, name, report);
    if (kind === 'event') this.checkEvent(entry, name, report);
    if (kind === 'response') this.checkResponse(entry, name, report);
    this.references.note(entry, report);
    this.seen.add(`${kind} ${name}`);
  }

  end(): void {
    // The end shows nothing that the messages have not.
  }

  private checkRequest({ direction }: TraceEntry, name: string, report: Report): void {
    if (this.fromClient === undefined) return;
    const isInitialized = this.seen.has('response initialize');
    if (direction !== this.fromClient) {
      if (!isInitialized) report('before-initialize', `${name} before the response to initialize`);
      return;
    }
    if (name === 'initialize' && this.seen.has('request initialize')) {
      report('initialize-twice', 'initialize is sent once');
    } else if (name !== 'initialize' && !isInitialized) {
      report('before-initialize', `${name} before the response to initialize`);
    }
    if (CONFIGURATION.has(name) && isInitialized && !this.seen.has('event initialized')) {
      report('before-initialized', `${name} before the event initialized`);
    }
    const capability = CAPABILITIES[name];
    if (isInitialized && capability !== undefined && this.capabilities[capability] !== true) {
      report('capability', `${name} without the adapter's ${capability}`);
    }
    if (this.seen.has('response disconnect')) report('after-end', `${name} after the response to disconnect`);
  }

  private checkEvent(entry: TraceEntry, name: string, report: Report): void {
    const { capabilities } = contentOf(entry.message);
    if (name === 'capabilities' && isRecord(capabilities)) {
      this.capabilities = { ...this.capabilities, ...capabilities };
    }
    if (this.fromClient === undefined) return;
    if (!this.seen.has('response initialize')) {
      report('before-initialize', tooEarly(name));
    }
    if (OF_THE_PROGRAM.has(name) && !this.seen.has('event initialized')) {
      report('before-initialized', `the event ${name} before initialized`);
    }
    const isOnce = name === 'initialized' || name === 'terminated' || name === 'exited';
    if (isOnce && this.seen.has(`event ${name}`)) report('event-twice', `the event ${name} is sent once`);
    if ((name === 'stopped' || name === 'continued') && this.seen.has('event terminated')) {
      report('after-end', `the event ${name} after terminated`);
    }
  }

  private checkResponse({ message, ok }: TraceEntry, name: string, report: Report): void {
    if (name === 'initialize') this.capabilities = { ...contentOf(message) };
    if (ok !== false) return;
    const { error } = contentOf(message);
    const hasText = typeof message?.message === 'string' || isRecord(error);
    if (!hasText) report('no-reason', `${name} failed without a reason`);
  }
}

function tooEarly(event: string): string {
  return `the event ${event} before the response to initialize`;
}
