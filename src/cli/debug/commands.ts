import { parseBreakpoint } from './breakpointSpec.js';
import type { BreakpointStore, KnownBreakpoint } from './breakpointStore.js';
import type { DapConnection } from './dapConnection.js';
import type { StackFrame } from './dapMessages.js';
import { evaluate, readContents, readLocals, readStack } from './inspection.js';
import { indentedLines } from '../../commandLine/printable.js';
import { framePlace, shortPath } from './sourceView.js';

/** Data for a command: the stopped program, and the frame to inspect. */
export interface CommandContext {
  connection: DapConnection;
  breakpoints: BreakpointStore;
  threadId: number;
  /** The innermost frame. */
  frame: StackFrame;
  printLine: (line: string) => void;
}

/** The action after a command: read another command, wait for the next stop, or end the session. */
export type NextAction = 'stay' | 'resume' | 'quit';

export interface FrontEndCommand {
  /** Names of the command. Help shows the first one first. */
  names: readonly string[];
  /** Name of the command's parameter, for help. */
  parameter: string;
  help: string;
  /** True if an empty line repeats the command. */
  repeats: boolean;
  run(context: CommandContext, argument: string): NextAction | Promise<NextAction>;
}

/** Largest number of frames that are shown; a runaway recursion has thousands. */
const MAX_FRAMES = 50;

const commands: readonly FrontEndCommand[] = [
  resumingCommand(['c', 'continue'], 'continue', 'go on to the next breakpoint, or to the end'),
  resumingCommand(['n', 'next'], 'next', 'go on to the next line, over calls'),
  resumingCommand(['s', 'step'], 'stepIn', 'go on by one step, into calls'),
  resumingCommand(['o', 'out'], 'stepOut', 'go on until this function returns'),
  inspectingCommand(['bt'], '', 'show the call stack', showStack),
  inspectingCommand(['locals'], '', 'show the variables in scope', showLocals),
  inspectingCommand(['p'], 'EXPR', 'evaluate an expression here, and show what is in the result', printValue),
  inspectingCommand(['b'], 'FILE:LINE', 'set a breakpoint', setBreakpoint),
  inspectingCommand(['h', 'help'], '', 'show this list', showHelp),
  {
    names: ['q', 'quit'],
    parameter: '',
    help: 'end the program and leave',
    repeats: false,
    run: () => 'quit',
  },
];

/** Returns the command with that name. */
export function findCommand(name: string): FrontEndCommand | undefined {
  return commands.find(({ names }) => names.includes(name));
}

/** Returns one line per command, and lines for other input. */
export function commandHelp(): string[] {
  return [
    ...commands.map(({ names, parameter, help }) => {
      return `  ${`${names.join(', ')} ${parameter}`.trimEnd().padEnd(16)}${help}`;
    }),
    '  (empty line)    the last c, n, s or o once more',
    '  Ctrl-C          pause a running program; leave when it is stopped',
  ];
}

function resumingCommand(names: string[], request: string, help: string): FrontEndCommand {
  return {
    names,
    parameter: '',
    help,
    repeats: true,
    async run({ connection, threadId }): Promise<NextAction> {
      await connection.request(request, { threadId });
      return 'resume';
    },
  };
}

type Inspect = (context: CommandContext, argument: string) => void | Promise<void>;

function inspectingCommand(
  names: string[],
  parameter: string,
  help: string,
  inspect: Inspect,
): FrontEndCommand {
  return {
    names,
    parameter,
    help,
    repeats: false,
    async run(context, argument): Promise<NextAction> {
      if (parameter !== '' && argument === '') context.printLine(`Usage: ${names.join(', ')} ${parameter}`);
      else await inspect(context, argument);
      return 'stay';
    },
  };
}

async function showStack({ connection, threadId, printLine }: CommandContext): Promise<void> {
  const frames = await readStack(connection, threadId, MAX_FRAMES);
  frames.forEach((frame, depth) => printLine(`  #${String(depth)} ${frame.name}  ${framePlace(frame)}`));
}

async function showLocals({ connection, frame, printLine }: CommandContext): Promise<void> {
  const scopes = await readLocals(connection, frame.id);
  if (scopes.length === 0) printLine('  (no variables in scope)');
  for (const { name, variables } of scopes) {
    printLine(`  ${name}`);
    for (const variable of variables) printLine(`    ${variable.name} = ${variable.value}`);
  }
}

async function printValue(
  { connection, frame, printLine }: CommandContext,
  expression: string,
): Promise<void> {
  const { result, variablesReference } = await evaluate(connection, expression, frame.id);
  indentedLines(result).forEach(printLine);
  for (const { name, value } of await readContents(connection, variablesReference))
    printLine(`    ${name} = ${value}`);
}

async function setBreakpoint({ breakpoints, printLine }: CommandContext, text: string): Promise<void> {
  const breakpoint = breakpoints.add(parseBreakpoint(text));
  await breakpoints.send(breakpoint.file);
  printLine(`  ${describeBreakpoint(breakpoint)}`);
}

function describeBreakpoint({ file, line, state }: KnownBreakpoint): string {
  const place = `${shortPath(file)}:${String(state?.line ?? line)}`;
  if (state?.verified === true) return `Breakpoint at ${place}`;
  return `Breakpoint at ${place}, not active yet${state?.message === undefined ? '' : `: ${state.message}`}`;
}

function showHelp({ printLine }: CommandContext): void {
  commandHelp().forEach(printLine);
}
