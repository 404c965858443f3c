import { eventEnvelope } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import type { ConsoleOutput } from '../consoleOutput/consoleOutput.js';
import { ReportedCalls } from '../consoleOutput/reportedCalls.js';
import type { DebuggerEvents } from '../debugger/debuggerEvents.js';
import type { Stop } from '../debugger/execution/stop.js';
import { ProgramDebugger } from '../debugger/programDebugger.js';
import type { ThreadName } from '../debugger/threadDebugger.js';
import type { DebuggedProgram } from '../link/debuggedProgram.js';
import type { OrderedEvents } from './orderedEvents.js';

/** The session that gets the debugger's events. */
export interface EventReceiver {
  readonly events: Pick<OrderedEvents, 'send' | 'sendOutput'>;
  readonly consoleOutput: () => ConsoleOutput | undefined;
  /** Sends a message at once. */
  readonly send: (message: Message) => Promise<void>;
  /** True to report the program's console calls, because the user does not get its output. */
  readonly reportsConsole: boolean;
  /** The last stop of each thread, by its name. At first, those that an earlier session has reported. */
  readonly stops: Map<string, Stop>;
}

/** Makes the debugger of a program, whose events go to the adapter of a session. */
export function createDebugger(program: DebuggedProgram, receiver: EventReceiver): ProgramDebugger {
  const { events, consoleOutput, send, stops } = receiver;
  const earlier = new Map(stops);
  const reportedCalls = new ReportedCalls();
  const debug: DebuggerEvents = {
    threadStarted: (thread) => events.send('thread', threadEvent('started', thread)),
    threadStarts: async (thread) => {
      if (created.settings.describeOutput) await consoleOutput()?.addWorker(thread);
    },
    threadExited: (thread) => events.send('thread', threadEvent('exited', thread)),
    stopped: (threadId, stop) => {
      const { name } = created.thread(threadId).thread;
      const body = withReason(stop, earlier.get(name));
      earlier.delete(name);
      stops.set(name, body);
      events.send('stopped', { ...body, threadId, allThreadsStopped: created.isPaused });
    },
    continued: (threadId) =>
      events.send('continued', { threadId, allThreadsContinued: !created.isPausedSomewhere }),
    breakpointChanged: (breakpoint) => events.send('breakpoint', { reason: 'changed', breakpoint }),
    sourceLoaded: (source) => events.send('loadedSource', { reason: 'new', source }),
    warning: (text) => events.send('output', consoleLine(text)),
    profileEnded: (text) => send(eventEnvelope('output', consoleLine(text))),
    scriptFilterChanged: (filter) => program.setScriptFilter(filter),
    statementsMatter: (matter) => program.setStatementsMatter(matter),
    output: (output, position) => events.sendOutput(output, position),
    consoleCalled: (thread, call) => {
      const outputs = reportedCalls.outputsOf(call, thread, created);
      for (const output of outputs) events.send('output', output);
    },
  };
  const inspector = program.openInspector();
  const reportsConsole = inspector.reportsConsole || receiver.reportsConsole;
  const created: ProgramDebugger = new ProgramDebugger(debug, { ...inspector, reportsConsole });
  return created;
}

export function threadEvent(reason: 'started' | 'exited', { id, name }: ThreadName): object {
  return { reason, threadId: id, name };
}

/** V8 tells a debugger that comes to a stop nothing of its reason. The ids of breakpoints are those of an earlier adapter. */
function withReason(stop: Stop, earlier: Stop | undefined): Stop {
  if (earlier === undefined) return stop;
  const { reason, description = '', text = '' } = earlier;
  return { reason, ...(description !== '' && { description }), ...(text !== '' && { text }) };
}

function consoleLine(text: string): object {
  return { category: 'console', output: `${text}\n` };
}
