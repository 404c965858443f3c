import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { registerCommands } from '../../src/vscode/commands.js';
import type { CommandsApi } from '../../src/vscode/commands.js';
import { toggleSkippedFiles } from '../../src/vscode/skippedFiles.js';
import type { SkippedFilesApi } from '../../src/vscode/skippedFiles.js';
import { nodeProcesses, parseList } from '../../src/vscode/nodeProcesses.js';
import { manifest } from './support/manifest.js';

interface Choice {
  readonly label: string;
  readonly detail?: string;
  readonly target?: { readonly processId?: number; readonly keyFile?: string };
}

interface Stand {
  readonly run: (command: string) => Promise<void>;
  /** What the extension had the editor do, in order. */
  readonly done: unknown[][];
  readonly registered: readonly string[];
}

const BIN = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));

/** Takes the entry for programs that the list does not have. */
function elsewhere(choices: readonly Choice[]): Choice | undefined {
  return choices.find(({ target }) => target === undefined);
}

/** A stand-in for the editor. @param choose what the user takes of a list */
function editor({
  choose = (): Choice | undefined => undefined,
  keyFile = undefined as string | undefined,
  file = undefined as string | undefined,
  session = undefined as object | undefined,
}: {
  choose?: (choices: readonly Choice[]) => Choice | undefined;
  keyFile?: string;
  file?: string;
  session?: object;
}): Stand {
  const done: unknown[][] = [];
  const note =
    (what: string) =>
    (...args: unknown[]): Promise<boolean> =>
      Promise.resolve(done.push([what, ...args]) > 0);
  const registered = new Map<string, () => Promise<void>>();
  const api = {
    window: {
      activeTextEditor: file && { document: { uri: { scheme: 'file', fsPath: file } } },
      showErrorMessage: note('error'),
      showInformationMessage: note('information'),
      showQuickPick: (choices: readonly Choice[]) => Promise.resolve(choose(choices)),
      showOpenDialog: () => Promise.resolve(keyFile && [{ fsPath: keyFile }]),
    },
    debug: { activeDebugSession: session, startDebugging: note('start') },
    commands: {
      registerCommand: (name: string, command: () => Promise<void>) => {
        registered.set(name, command);
        return { dispose: () => undefined };
      },
      executeCommand: note('execute'),
    },
    env: { clipboard: { writeText: note('copy') } },
    Uri: { file: (path: string) => path },
  } as unknown as CommandsApi;
  registerCommands(api, '/extension/dist/bin.cjs');
  return {
    done,
    registered: [...registered.keys()],
    run: async (name) => registered.get(`debug-adapter-ipc.${name}`)?.(),
  };
}

it('has exactly the commands that its manifest lists', () => {
  const { commands } = manifest.contributes as unknown as { commands: { command: string }[] };
  // Those of terminals are tried in extensionTerminals.test.ts.
  const others = ['openDebugTerminal', 'toggleAutoAttach', 'toggleSkippingFile'];
  const all = [...editor({}).registered, ...others.map((name) => `debug-adapter-ipc.${name}`)];
  expect(all.sort()).toEqual(commands.map(({ command }) => command).sort());
});

describe('attaching without a configuration', () => {
  it('lists the Node.js processes of the user, and attaches to the chosen one', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'marker-of-the-test'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    onTestFinished(async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    });
    await once(child, 'spawn');
    const { run, done } = editor({
      choose: (choices) => choices.find(({ target }) => target?.processId === child.pid),
    });
    await run('attachToProgram');
    expect(done).toEqual([
      [
        'start',
        undefined,
        {
          type: 'debug-adapter-ipc',
          request: 'attach',
          name: `Attach to ${child.pid}`,
          processId: child.pid,
        },
      ],
    ]);
    const listed = await nodeProcesses();
    expect(listed.find(({ pid }) => pid === child.pid)?.commandLine).toContain('marker-of-the-test');
    expect(listed.map(({ pid }) => pid)).not.toContain(process.pid);
  });

  it('lists a program that waits first, with the key file that it has made', async () => {
    const options = ['--listen', 'auto', '--no-wait', '--code=process.stdin.resume()'];
    const child = spawn(process.execPath, [BIN, 'launch', ...options], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    onTestFinished(async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    });
    let stderr = '';
    const said = new Promise<string>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        const named = /key file +(.*)\n/.exec(stderr)?.[1];
        if (named !== undefined) resolve(named);
      });
    });
    const keyFile = await said;
    const seen: Choice[] = [];
    const { run, done } = editor({
      choose: (choices) => {
        seen.push(...choices);
        return choices.find(({ label }) => label === `$(key) ${child.pid}`);
      },
    });
    await run('attachToProgram');
    expect(done).toMatchObject([['start', undefined, { request: 'attach', keyFile }]]);
    const ranks = seen.map(({ detail = '' }) => /^Waits/.test(detail));
    expect(ranks.lastIndexOf(true)).toBeLessThan(ranks.indexOf(false));
  });

  it('takes the key file of a program that waits', async () => {
    const { run, done } = editor({ choose: elsewhere, keyFile: '/run/key' });
    await run('attachToProgram');
    expect(done).toMatchObject([['start', undefined, { request: 'attach', keyFile: '/run/key' }]]);
  });

  it.each([{}, { choose: elsewhere }])('starts nothing where the user chooses nothing', async (choice) => {
    const { run, done } = editor(choice);
    await run('attachToProgram');
    expect(done).toEqual([]);
  });

  it('reads lists of processes, and leaves out what is none', () => {
    expect(parseList('  12 node a.js\r\n\n7 C:\\x\\node.exe -e 1\nPID COMMAND\n')).toEqual([
      { pid: 12, commandLine: 'node a.js' },
      { pid: 7, commandLine: 'C:\\x\\node.exe -e 1' },
    ]);
  });
});

describe('the command line to start a program by hand', () => {
  it.runIf(process.platform !== 'win32')('is copied, quoted for a shell', async () => {
    const { run, done } = editor({ file: "/it's/a b.js" });
    await run('copyLaunchCommand');
    expect(done[0]).toEqual([
      'copy',
      String.raw`node /extension/dist/bin.cjs launch --listen auto --program '/it'\''s/a b.js'`,
    ]);
  });

  it('needs an open file, and says so', async () => {
    const { run, done } = editor({});
    await run('copyLaunchCommand');
    expect(done).toEqual([['error', expect.stringContaining('Open the program')]]);
  });
});

describe('profiles', () => {
  const session = {
    type: 'debug-adapter-ipc',
    customRequest: (command: string, { type }: { type?: string }) =>
      Promise.resolve({ file: `/tmp/${command}-${type ?? ''}` }),
  };

  it.each([
    ['startCpuProfile', 'information', 'The profile is being recorded into /tmp/startProfile-cpu.'],
    ['startHeapProfile', 'information', 'The profile is being recorded into /tmp/startProfile-heap.'],
    ['stopProfile', 'execute', 'vscode.open', '/tmp/stopProfile-'],
    ['takeHeapSnapshot', 'execute', 'vscode.open', '/tmp/startProfile-memory'],
  ])('are taken of the active session: %s', async (command, ...expected) => {
    const { run, done } = editor({ session });
    await run(command);
    expect(done).toEqual([expected]);
  });

  it('are refused without a session, and where the adapter refuses', async () => {
    const failing = { ...session, customRequest: () => Promise.reject(new Error('no profile')) };
    for (const [one, text] of [
      [undefined, 'There is no debug session'],
      [{ type: 'python' }, 'There is no debug session'],
      [failing, 'no profile'],
    ] as const) {
      const { run, done } = editor(one === undefined ? {} : { session: one });
      await run('stopProfile');
      expect(done).toEqual([['error', expect.stringContaining(text)]]);
    }
  });
});

describe('toggling a file that steps skip', () => {
  interface Session {
    readonly type: string;
    readonly asked: unknown[];
    readonly customRequest: (command: string, args: object) => Promise<unknown>;
  }

  function session(type = 'debug-adapter-ipc', error?: string): Session {
    const asked: unknown[] = [];
    return {
      type,
      asked,
      customRequest: (command, args) => {
        asked.push([command, args]);
        return error === undefined ? Promise.resolve({ skipped: true }) : Promise.reject(new Error(error));
      },
    };
  }

  /** Runs the command. @param active the session that is chosen; the others run beside it */
  async function toggle(
    active: Session | undefined,
    { others = [], frame, open }: { others?: Session[]; frame?: string; open?: object } = {},
  ): Promise<string[]> {
    const errors: string[] = [];
    let start: (session: Session) => void = () => undefined;
    let command: (frame: unknown) => Promise<void> = () => Promise.resolve();
    const disposable = { dispose: (): void => undefined };
    const api = {
      window: {
        activeTextEditor: open && { document: { uri: open } },
        showErrorMessage: (text: string) => errors.push(text),
      },
      debug: {
        activeDebugSession: active,
        onDidStartDebugSession: (listener: typeof start) => {
          start = listener;
          return disposable;
        },
        onDidTerminateDebugSession: () => disposable,
      },
      commands: {
        registerCommand: (_name: string, given: typeof command) => {
          command = given;
          return disposable;
        },
      },
      Uri: { parse: (text: string) => ({ fsPath: new URL(text).pathname }) },
    } as unknown as SkippedFilesApi;
    toggleSkippedFiles(api, 'debug-adapter-ipc');
    for (const one of [active, ...others]) if (one !== undefined) start(one);
    await command(frame);
    return errors;
  }

  it('asks the chosen session, and gives its answer to the others of this debugger', async () => {
    const [active, other, foreign, ending] = [session(), session(), session('node'), session(undefined, 'x')];
    const errors = await toggle(active, { others: [other, foreign, ending], frame: 'file:///src/a.js' });
    const source = { path: '/src/a.js' };
    expect(errors).toEqual([]);
    expect(active.asked).toEqual([['toggleSkipFileStatus', { source }]]);
    expect(other.asked).toEqual([['toggleSkipFileStatus', { source, skip: true }]]);
    expect(foreign.asked).toEqual([]);
  });

  it.each([
    [{ frame: 'node:internal/timers' }, 'node:internal/timers'],
    [{ open: { scheme: 'file', fsPath: '/src/b.js' } }, '/src/b.js'],
    [{ open: { scheme: 'debug', path: 'node:fs', fsPath: '/x' } }, 'node:fs'],
  ])('means the source of %o', async (where, path) => {
    const active = session();
    await toggle(active, where);
    expect(active.asked).toEqual([['toggleSkipFileStatus', { source: { path } }]]);
  });

  it('is refused without a session or a file, and where the adapter refuses', async () => {
    expect(await toggle(undefined, { frame: 'a.js' })).toEqual([expect.stringContaining('no debug session')]);
    expect(await toggle(session('node'), { frame: 'a.js' })).toHaveLength(1);
    expect(await toggle(session())).toEqual([expect.stringContaining('Choose a frame')]);
    expect(await toggle(session(undefined, 'refused'), { frame: 'a.js' })).toEqual(['refused']);
  });
});
