import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectPath } from '../../support/cliProcess.js';
import { DapClient } from '../../support/dapClient.js';

/** A code block of a tutorial. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** The file that the sentence before the block has the reader save: "Save this as `launcher.py`:". */
  readonly file: string | undefined;
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** The prompt of `debug-adapter-ipc debug`: a reader types the text after it. */
const PROMPT = '(debug) ';
/** Stands for any text in an output that a page shows, and on a line by itself for any number of lines. */
const ELLIPSIS = '...';
const TIMEOUT_MS = 30_000;

/** `npm` without a registry: the package is linked, and nothing is built. Everything else is npm's own. */
const NPM = `case "$1" in
  install)
    mkdir -p node_modules/.bin
    ln -s "../$2" node_modules/debug-adapter-ipc || exit 1
    ln -s ../debug-adapter-ipc/dist/bin.cjs node_modules/.bin/debug-adapter-ipc ;;
  ci | run) ;;
  *) PATH="\${PATH#*:}" exec npm "$@" ;;
esac`;

/** The code blocks of a tutorial, in the order of the page. */
export function blocksOf(tutorial: string): Block[] {
  const page = readFileSync(projectPath(`docs/tutorials/${tutorial}.md`), 'utf8');
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = '', 2: code = '' }) => ({
      language,
      code,
      file: /`([\w./]+\.\w+)`[^`]*:\n\n$/.exec(page.slice(0, index))?.[1],
    }),
  );
}

/** A reader with a terminal, in a fresh folder beside a copy of the package. */
export class Reader implements Disposable {
  private readonly root = mkdtempSync(join(tmpdir(), 'tutorial-'));
  private readonly env: NodeJS.ProcessEnv;
  private cwd = this.root;

  /** @param standIns shell scripts, by the names of the programs that this machine may lack */
  constructor(standIns: Readonly<Record<string, string>> = {}) {
    symlinkSync(projectPath('.'), join(this.root, 'debug-adapter-ipc'));
    const bin = join(this.root, 'bin');
    mkdirSync(bin);
    const node = `exec '${process.execPath}' "$@"`;
    for (const [name, script] of Object.entries({ node, npm: NPM, ...standIns })) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const path = [bin, process.env.PATH].join(delimiter);
    // Unbuffered, Python would write a line in pieces, with the lines of other processes in between.
    this.env = { ...process.env, PATH: path, PYTHONUNBUFFERED: '' };
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** The path of a file of the tutorial. */
  path(file: string): string {
    return join(this.cwd, file);
  }

  save(file: string, code: string): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), code);
  }

  /**
   * Runs commands in a shell, and stays in the folder that they change to.
   *
   * @param typed the lines that the reader types meanwhile
   */
  async run(commands: string, typed = ''): Promise<Output> {
    const place = join(this.root, 'cwd');
    const script = `trap 'pwd > "${place}"' EXIT\nset -e\n${commands}`;
    const shell = spawn('bash', ['-c', script], { cwd: this.cwd, env: this.env, timeout: TIMEOUT_MS });
    shell.stdin.on('error', () => undefined);
    shell.stdin.end(typed);
    const streams = Promise.all([text(shell.stdout), text(shell.stderr)]);
    const [code, signal] = (await once(shell, 'close')) as [number | null, NodeJS.Signals | null];
    const [stdout, stderr] = await streams;
    if (signal !== null)
      throw new Error(`${commands} took longer than ${TIMEOUT_MS} ms:\n${stdout}${stderr}`);
    if (code === COMMAND_NOT_FOUND) throw new Error(stderr);
    this.cwd = readFileSync(place, 'utf8').trim();
    return { stdout, stderr };
  }

  /**
   * Debugs as an editor in the reader's folder does.
   *
   * @param configuration as a launch.json has it
   * @param session what the editor does; the adapter is ended behind it
   */
  async debug(
    configuration: object,
    session: (client: DapClient, launch: object) => Promise<void>,
  ): Promise<void> {
    const command = this.path('node_modules/.bin/debug-adapter-ipc');
    const adapter = spawn(command, ['adapter'], { cwd: this.cwd, env: this.env });
    const exited = once(adapter, 'close');
    try {
      const filled = JSON.stringify(configuration).replaceAll('${workspaceFolder}', this.cwd);
      await session(new DapClient(adapter.stdin, adapter.stdout), JSON.parse(filled) as object);
    } finally {
      adapter.kill('SIGTERM');
      await exited;
    }
  }
}

/** The exit code of a shell for a command that does not exist. */
const COMMAND_NOT_FOUND = 127;

/** The lines that a reader types in a session that is shown. */
export function typedIn(shown: string): string {
  const lines = shown.split('\n').filter((line) => line.startsWith(PROMPT));
  return lines.map((line) => `${line.slice(PROMPT.length)}\n`).join('');
}

/**
 * An output, in a form that equals that of a page if the two agree.
 *
 * @param apart matches the lines of another process or stream, which have no order with the others
 */
export function outputOf({ stdout, stderr }: Output, apart: RegExp): { main: string; apart: string[] } {
  return parted(stdout + stderr, apart);
}

/** The output that a page shows: a pattern for its lines, and the lines apart from them. */
export function shownOutput(shown: string, apart: RegExp): { main: RegExp; apart: string[] } {
  const parts = parted(shown, apart);
  const literal = parts.main
    .replaceAll(`\n${ELLIPSIS}\n`, `${ELLIPSIS}\n`)
    .split(ELLIPSIS)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { main: new RegExp(`^${literal.join('[^]*?')}$`), apart: parts.apart };
}

function parted(output: string, apart: RegExp): { main: string; apart: string[] } {
  const lines = output.trimEnd().split('\n');
  return {
    main: lines.filter((line) => !apart.test(line)).join('\n'),
    apart: lines.filter((line) => apart.test(line)),
  };
}
