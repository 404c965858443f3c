import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { registerCommands } from '../../src/vscode/commands.js';
import type { CommandsApi } from '../../src/vscode/commands.js';
import { nodeProcesses, parseList } from '../../src/vscode/nodeProcesses.js';
import { manifest } from './support/manifest.js';

interface Choice {
  readonly label: string;
  readonly processId?: number;
}

interface Stand {
  readonly run: (command: string) => Promise<void>;
  /** What the extension had the editor do, in order. */
  readonly done: unknown[][];
  readonly registered: readonly string[];
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
  const ofTerminals = ['openDebugTerminal', 'toggleAutoAttach'].map((name) => `debug-adapter-ipc.${name}`);
  const all = [...editor({}).registered, ...ofTerminals];
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
      choose: (choices) => choices.find(({ processId }) => processId === child.pid),
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

  it('takes the key file of a program that waits', async () => {
    const { run, done } = editor({ choose: ([first]) => first, keyFile: '/run/key' });
    await run('attachToProgram');
    expect(done).toMatchObject([['start', undefined, { request: 'attach', keyFile: '/run/key' }]]);
  });

  it.each([{}, { choose: ([first]: readonly Choice[]) => first }])(
    'starts nothing where the user chooses nothing',
    async (choice) => {
      const { run, done } = editor(choice);
      await run('attachToProgram');
      expect(done).toEqual([]);
    },
  );

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
