import { dirname, join } from 'node:path';
import type * as vscode from 'vscode';
import { DEBUG_TYPE } from './configurationProvider.js';
import { keyFileOf, nodeProcesses } from './nodeProcesses.js';
import type { NodeProcess } from './nodeProcesses.js';
import { ProtocolTraffic } from './protocolTraffic.js';
import type { TrafficApi } from './protocolTraffic.js';

/** The part of the editor's API that the commands use. Tests pass another one. */
export interface CommandsApi {
  readonly window: Pick<
    typeof vscode.window,
    'activeTextEditor' | 'showErrorMessage' | 'showInformationMessage' | 'showOpenDialog' | 'showQuickPick'
  >;
  readonly debug: Pick<typeof vscode.debug, 'activeDebugSession' | 'startDebugging'>;
  readonly commands: Pick<typeof vscode.commands, 'executeCommand' | 'registerCommand'>;
  readonly env: Pick<typeof vscode.env, 'clipboard'>;
  readonly Uri: Pick<typeof vscode.Uri, 'file'>;
}

/** An entry of the list of programs to attach to. Without a target, the user chooses a key file. */
type Choice = vscode.QuickPickItem & {
  readonly name?: string;
  readonly target?: { readonly processId: number } | { readonly keyFile: string };
};

/** Matches the command line of a program whose inspector is open. */
const INSPECTED = /\s--inspect(?:-brk|-wait)?(?:=|\s|$)/;

/** The kinds of profiles, by the commands that start them. */
const PROFILES: Readonly<Record<string, string>> = {
  startCpuProfile: 'cpu',
  startHeapProfile: 'heap',
  takeHeapSnapshot: 'memory',
};
const NO_SESSION = 'There is no debug session of debug-adapter-ipc that could be profiled.';
const NO_FILE = 'Open the program in the editor first: the command line starts the file that is open.';

/**
 * Registers the extension's commands.
 *
 * @param adapter the absolute path of the package's command, `bin.cjs`
 * @returns the subscriptions, to dispose of
 */
export function registerCommands(api: CommandsApi, adapter: string): { dispose(): unknown }[] {
  // The page is beside the command.
  const page = join(dirname(adapter), 'cli', 'viewer.html.br');
  const traffic = (): ProtocolTraffic => new ProtocolTraffic(api as unknown as TrafficApi, page);
  const commands: Record<string, () => Promise<unknown>> = {
    attachToProgram: () => attachToProgram(api, adapter),
    copyLaunchCommand: () => copyLaunchCommand(api, adapter),
    stopProfile: () => profile(api, 'stopProfile', {}),
    showProtocolTraffic: async () => Promise.resolve(traffic().showLive()),
    showProtocolTrafficOfFile: () => traffic().showFile(),
  };
  for (const [name, type] of Object.entries(PROFILES)) {
    commands[name] = () => profile(api, 'startProfile', { type });
  }
  return Object.entries(commands).map(([name, command]) =>
    api.commands.registerCommand(`${DEBUG_TYPE}.${name}`, () => command().catch(reportTo(api))),
  );
}

function reportTo({ window }: CommandsApi): (error: unknown) => void {
  return (error) => void window.showErrorMessage(error instanceof Error ? error.message : String(error));
}

/** Lets the user choose a program that runs, and attaches to it. */
async function attachToProgram({ window, debug }: CommandsApi, adapter: string): Promise<void> {
  const elsewhere: Choice = {
    label: '$(key) Another program that waits…',
    detail: 'Started with "debug-adapter-ipc launch --listen": choose the key file that it named.',
  };
  const placeHolder = 'The program to attach to';
  const choices = [...(await programChoices(adapter)), elsewhere];
  const chosen = await window.showQuickPick(choices, { placeHolder, matchOnDescription: true });
  if (chosen === undefined) return;
  const target = chosen.target ?? (await chooseKeyFile(window));
  if (target === undefined) return;
  const name = chosen.name ?? 'Attach';
  await debug.startDebugging(undefined, { type: DEBUG_TYPE, request: 'attach', name, ...target });
}

/** The programs of the user: those that wait for a debugger, those with an inspector, and the others. */
async function programChoices(adapter: string): Promise<Choice[]> {
  const all = await nodeProcesses();
  // An adapter that debugs itself would stop with its own session.
  const programs = all.filter(({ commandLine }) => !commandLine.includes(`${adapter} adapter`));
  const found = await Promise.all(programs.map((program) => rankedChoice(program)));
  return found.sort((one, other) => one.rank - other.rank).map(({ choice }) => choice);
}

async function rankedChoice(program: NodeProcess): Promise<{ rank: number; choice: Choice }> {
  const { pid, commandLine: description } = program;
  const named = { name: `Attach to ${pid}`, description };
  const keyFile = await keyFileOf(program);
  if (keyFile !== undefined) {
    const detail = 'Waits for a debugger, or lets one attach';
    return { rank: 0, choice: { label: `$(key) ${pid}`, detail, target: { keyFile }, ...named } };
  }
  const target = { processId: pid };
  if (!INSPECTED.test(description)) {
    return { rank: 2, choice: { label: `$(server-process) ${pid}`, target, ...named } };
  }
  const detail = 'Has an inspector';
  return { rank: 1, choice: { label: `$(debug) ${pid}`, detail, target, ...named } };
}

async function chooseKeyFile(window: CommandsApi['window']): Promise<{ keyFile: string } | undefined> {
  const title = 'The key file that the program named';
  const [file] = (await window.showOpenDialog({ title, openLabel: 'Attach' })) ?? [];
  return file && { keyFile: file.fsPath };
}

/** Copies a command line that starts the open file in any terminal, waiting for a debugger. */
async function copyLaunchCommand({ window, env }: CommandsApi, adapter: string): Promise<void> {
  const file = window.activeTextEditor?.document.uri;
  if (file?.scheme !== 'file') throw new Error(NO_FILE);
  const words = ['node', adapter, 'launch', '--listen', 'auto', '--program', file.fsPath];
  await env.clipboard.writeText(words.map(quoted).join(' '));
  void window.showInformationMessage(
    'Copied. Run it in a terminal; then "Attach to a Program" lists it first.',
  );
}

/** Quotes a word for a shell, if it needs it. */
function quoted(word: string): string {
  if (/^[\w./:\\-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Starts or stops a profile of the active session, and opens the file that is complete. */
async function profile(
  { window, debug, commands, Uri }: CommandsApi,
  request: 'startProfile' | 'stopProfile',
  args: { readonly type?: string },
): Promise<void> {
  const session = debug.activeDebugSession;
  if (session?.type !== DEBUG_TYPE) throw new Error(NO_SESSION);
  const { file } = (await session.customRequest(request, args)) as { file: string };
  const isComplete = request === 'stopProfile' || args.type === 'memory';
  if (isComplete) await commands.executeCommand('vscode.open', Uri.file(file));
  else void window.showInformationMessage(`The profile is being recorded into ${file}.`);
}
