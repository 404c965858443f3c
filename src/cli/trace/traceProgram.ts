import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { EXIT_STATUS } from '../../commandLine/exitStatus.js';
import { printable, printableText } from '../../commandLine/printable.js';
import { UsageError } from '../../commandLine/usageError.js';
import { isRecord } from '../../ipc/index.js';
import type { Message } from '../../ipc/index.js';
import { readTrace } from '../../trace/reading/readTrace.js';
import { recordedClient } from '../../trace/replay/recordedClient.js';
import { showTrace } from '../../trace/show/showTrace.js';
import { serveTrace } from './followPage.js';
import { followTrace } from './followTrace.js';
import { TRACE_HELP } from './helpText.js';
import { minimiseTrace } from './minimiseTrace.js';
import { redactTrace } from './redactTrace.js';
import { replay } from './replay.js';
import { openFile } from './openFile.js';
import { viewTrace } from './viewTrace.js';
import { writeNew } from './writeTrace.js';

/** The longest wait of a replay for what the recording waited for, in milliseconds. */
const REPLAY_TIMEOUT_MS = 10_000;

/** Creates the command line of `trace`. Invalid input throws commander's `CommanderError`, or a `UsageError`. */
export function createTraceProgram(): Command {
  const program = new Command('debug-adapter-ipc trace')
    .description(
      'Shows, replays and redacts recorded debug sessions: traces, and logs of other debug adapters.',
    )
    .exitOverride()
    .showHelpAfterError('("--help" shows what there is)')
    .configureOutput({ writeErr: (text) => process.stderr.write(printableText(text)) })
    .addHelpText('after', TRACE_HELP);
  addShow(program);
  addFollow(program);
  addView(program);
  addRedact(program);
  addReplay(program);
  addMinimise(program);
  return program;
}

interface ShowFlags {
  json?: true;
  errors?: true;
  slow?: number;
  stats?: true;
  color: boolean;
}

function addShow(program: Command): void {
  program
    .command('show')
    .description('Prints the messages, one a line, with what is wrong with them.')
    .argument('<file>', 'a trace, or a log of another debug adapter')
    .option('--json', 'one JSON object a line')
    .option('--errors', 'only failures, and violations of the protocol')
    .option('--slow <ms>', 'only responses that took so long, in milliseconds', parseMs)
    .option('--stats', 'only what it comes to: phases of the launch, slowest requests, bytes')
    .option('--no-color', 'without colours')
    .action((file: string, { color, ...flags }: ShowFlags) => {
      showTrace(file, { ...flags, color: color && hasColors() }, print);
    });
}

function addFollow(program: Command): void {
  program
    .command('follow')
    .description('Opens a page that shows what is being recorded, as it comes, until Ctrl-C.')
    .argument('<file>', 'a trace, which may not be there yet')
    .option('--text', 'prints it here instead')
    .option('--no-color', 'without colours')
    .option('--no-open', "prints the page's address, and opens no browser")
    .action((file: string, { text, color, open }: FollowFlags) => {
      return text === true ? followTrace(file, color && hasColors(), print) : followInBrowser(file, open);
    });
}

interface FollowFlags {
  text?: true;
  color: boolean;
  open: boolean;
}

/** Serves the page until it fails. A signal ends this process. */
async function followInBrowser(file: string, mustOpen: boolean): Promise<never> {
  const { address, opened, failed } = await serveTrace(file);
  print(address);
  if (mustOpen) {
    const link = temporaryPage(file);
    // Other users see the arguments of a browser, and this file is for its user alone.
    writeNew(link, [`<!doctype html><meta http-equiv="refresh" content="0; url=${address}">`]);
    void opened.then(() => rmSync(link, { force: true }));
    openFile(link);
  }
  throw await failed;
}

/** A path of a new page in the directory for temporary files. */
function temporaryPage(file: string): string {
  return join(tmpdir(), `${basename(file)}-${randomBytes(4).toString('hex')}.html`);
}

function addView(program: Command): void {
  program
    .command('view')
    .description('Makes a page that shows the messages as a timeline, and opens it. The page loads nothing.')
    .argument('<file>', 'a trace, or a log of another debug adapter')
    .option('-o, --output <file>', 'the page to write, which is then not opened (default: a temporary file)')
    .action((file: string, { output }: { output?: string }) => {
      const page = output ?? temporaryPage(file);
      viewTrace(file, page);
      print(printable(page));
      if (output === undefined) openFile(page);
    });
}

function addRedact(program: Command): void {
  program
    .command('redact')
    .description('Writes a copy without secrets, for a public report.')
    .argument('<file>', 'a trace, or a log of another debug adapter')
    .requiredOption('-o, --output <file>', 'the file to write, which may not be there yet')
    .option('--paths', 'also replace the parts of paths by stand-ins')
    .option('--names', "also replace the program's names, texts and values")
    .action((file: string, { output, paths, names }: { output: string; paths?: true; names?: true }) => {
      redactTrace(file, output, { paths: paths ?? false, names: names ?? false });
    });
}

function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'Plays the recorded client against a debug adapter, and tells where its answers differ in kind.',
    )
    .usage('[options] <file> -- <adapter> [args...]')
    .argument('<file>', 'a trace, or a log of another debug adapter')
    .argument('<adapter...>', 'the command that starts an adapter over stdio, after --')
    .option('--launch <json>', 'fields that replace those of the recorded launch', parseObject, {})
    .option(
      '--timeout <ms>',
      'how long to wait for what the recording waited for',
      parseMs,
      REPLAY_TIMEOUT_MS,
    )
    .action(async (file: string, adapter: string[], options: { launch: Message; timeout: number }) => {
      const [command = '', ...args] = adapter;
      const recorded = recordedClient(readTrace(file));
      const { launch, timeout: timeoutMs } = options;
      const differences = await replay(recorded, { command, args }, { launch, timeoutMs });
      for (const difference of differences) print(printable(difference));
      if (differences.length > 0) process.exitCode = EXIT_STATUS.failure;
      else print(`${recorded.steps.length} requests: the same answers in kind`);
    });
}

function addMinimise(program: Command): void {
  program
    .command('minimise')
    .description('Finds the shortest part of a recording for which a command succeeds.')
    .usage('[options] <file> -- <command> [args...]')
    .argument('<file>', 'a trace, or a log of another debug adapter')
    .argument(
      '<command...>',
      'gets the path of a trace as its last argument, or for {}; exits with 0 for the fault',
    )
    .requiredOption('-o, --output <file>', 'the file to write, which may not be there yet')
    .action(async (file: string, command: string[], { output }: { output: string }) => {
      const [before, after] = await minimiseTrace(file, output, command);
      print(`${after} of ${before} entries are in ${printable(output)}`);
    });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function hasColors(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

function parseMs(text: string): number {
  const ms = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('A number of milliseconds.');
  return ms;
}

function parseObject(text: string): Message {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // The error below is for both.
  }
  throw new UsageError('--launch: give a JSON object, such as \'{"program":"app.js"}\'');
}
