import { parseBreakpoint } from './breakpointSpec.js';
import type { BreakpointStore, KnownBreakpoint } from './breakpointStore.js';
import type { DapConnection } from './dapConnection.js';
import type { StackFrame } from './dapMessages.js';
import { evaluate, readContents, readLocals, readStack } from './inspection.js';
import { framePlace, shortPath } from './sourceView.js';

/** What a command works on: the program, stopped in a frame. */
export interface CommandContext {
  connection: DapConnection;
  breakpoints: BreakpointStore;
  threadId: number;
  /** The innermost frame. */
  frame: StackFrame;
  say: (line: string) => void;
}

/** What comes after a command: another one, the program's next stop, or the end of the session. */
export type Verdict = 'stay' | 'resume' | 'quit';

export interface FrontEndCommand {
  /** The first is the one that help shows. */
  names: readonly string[];
  /** What stands after the name, in help. */
  parameter: string;
  help: string;
  /** Whether an empty line does it once more. */
  repeats: boolean;
  run(context: CommandContext, argument: string): Verdict | Promise<Verdict>;
}

/** More frames than anyone reads; a runaway recursion has thousands. */
const MAX_FRAMES = 50;

const commands: readonly FrontEndCommand[] = [
  resuming(['c', 'continue'], 'continue', 'go on to the next breakpoint, or to the end'),
  resuming(['n', 'next'], 'next', 'go on to the next line, over calls'),
  resuming(['s', 'step'], 'stepIn', 'go on by one step, into calls'),
  resuming(['o', 'out'], 'stepOut', 'go on until this function returns'),
  looking(['bt'], '', 'show the call stack', showStack),
  looking(['locals'], '', 'show the variables in scope', showLocals),
  looking(['p'], 'EXPR', 'evaluate an expression here, and show what is in the result', print),
  looking(['b'], 'FILE:LINE', 'set a breakpoint', setBreakpoint),
  looking(['h', 'help'], '', 'show this list', showHelp),
  {
    names: ['q', 'quit'],
    parameter: '',
    help: 'end the program and leave',
    repeats: false,
    run: () => 'quit',
  },
];

/** The command of that name, if there is one. */
export function findCommand(name: string): FrontEndCommand | undefined {
  return commands.find(({ names }) => names.includes(name));
}

/** One line for each command, then what else can be typed. */
export function commandHelp(): string[] {
  return [
    ...commands.map(({ names, parameter, help }) => {
      return `  ${`${names.join(', ')} ${parameter}`.trimEnd().padEnd(16)}${help}`;
    }),
    '  (empty line)    the last c, n, s or o once more',
    '  Ctrl-C          pause a running program; leave when it is stopped',
  ];
}

function resuming(names: string[], request: string, help: string): FrontEndCommand {
  return {
    names,
    parameter: '',
    help,
    repeats: true,
    async run({ connection, threadId }): Promise<Verdict> {
      await connection.request(request, { threadId });
      return 'resume';
    },
  };
}

type Look = (context: CommandContext, argument: string) => void | Promise<void>;

function looking(names: string[], parameter: string, help: string, look: Look): FrontEndCommand {
  return {
    names,
    parameter,
    help,
    repeats: false,
    async run(context, argument): Promise<Verdict> {
      if (parameter !== '' && argument === '') context.say(`Usage: ${names.join(', ')} ${parameter}`);
      else await look(context, argument);
      return 'stay';
    },
  };
}

async function showStack({ connection, threadId, say }: CommandContext): Promise<void> {
  const frames = await readStack(connection, threadId, MAX_FRAMES);
  frames.forEach((frame, depth) => say(`  #${String(depth)} ${frame.name}  ${framePlace(frame)}`));
}

async function showLocals({ connection, frame, say }: CommandContext): Promise<void> {
  const scopes = await readLocals(connection, frame.id);
  if (scopes.length === 0) say('  (no variables in scope)');
  for (const { name, variables } of scopes) {
    say(`  ${name}`);
    for (const variable of variables) say(`    ${variable.name} = ${variable.value}`);
  }
}

async function print({ connection, frame, say }: CommandContext, expression: string): Promise<void> {
  const { result, variablesReference } = await evaluate(connection, expression, frame.id);
  say(`  ${result}`);
  for (const { name, value } of await readContents(connection, variablesReference))
    say(`    ${name} = ${value}`);
}

async function setBreakpoint({ breakpoints, say }: CommandContext, text: string): Promise<void> {
  const breakpoint = breakpoints.add(parseBreakpoint(text));
  await breakpoints.send(breakpoint.file);
  say(`  ${describeBreakpoint(breakpoint)}`);
}

function describeBreakpoint({ file, line, state }: KnownBreakpoint): string {
  const place = `${shortPath(file)}:${String(state?.line ?? line)}`;
  if (state?.verified === true) return `Breakpoint at ${place}`;
  return `Breakpoint at ${place}, not active yet${state?.message === undefined ? '' : `: ${state.message}`}`;
}

function showHelp({ say }: CommandContext): void {
  commandHelp().forEach(say);
}
