import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { installNode, installPackages } from '../../scripts/installNode.mjs';

/** The release line of Node.js that code-server runs on. */
const NODE_LINE = '24';
/** The time in which the server listens, in milliseconds. */
const START_TIMEOUT_MS = 120_000;
const START_ATTEMPTS = 3;

/**
 * Returns how to run code-server. Installs it if needed: into the folder CODE_SERVER, or else into the project's cache.
 *
 * Scripts of packages are not run: they compile native modules that debugging does not need.
 *
 * @throws Error if it cannot be installed
 */
export function codeServer(root) {
  const node = installNode(root, NODE_LINE);
  const folder = process.env.CODE_SERVER ?? join(root, 'node_modules', '.cache', 'code-server');
  const server = join(folder, 'node_modules', 'code-server');
  const editor = join(server, 'lib', 'vscode');
  const entry = join(server, 'out', 'node', 'entry.js');
  if (!existsSync(join(editor, 'extensions', 'node_modules'))) {
    mkdirSync(folder, { recursive: true });
    installPackages(folder, ['code-server@4'], ['--ignore-scripts'], node);
    for (const part of [editor, join(editor, 'extensions')]) {
      installPackages(part, [], ['--ignore-scripts', '--omit=dev'], node);
    }
  }
  return { node, entry };
}

/** Installs an extension from its file. */
export function installExtension({ node, entry }, folders, vsix) {
  const args = [entry, ...optionsOf(folders), '--install-extension', vsix, '--force'];
  execFileSync(node, args, { stdio: ['ignore', 'ignore', 'pipe'], env: environment(node, folders) });
}

/**
 * Starts the server. It has a deadline of its own for the start, which a busy machine misses: it is started again then.
 *
 * @param env additions to the environment of the editor's extensions
 * @returns its address, and a function that ends it
 */
export async function startServer(files, folders, env) {
  let last = '';
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    const log = join(folders.home, 'server.log');
    const running = await startOnce(files, folders, { env, log });
    if (running !== undefined) return running;
    last = readFileSync(log, 'utf8');
  }
  throw new Error(`code-server did not start: ${last}`);
}

/** @param options.log what it reports of the editor's parts that are not there would hide the results */
async function startOnce({ node, entry }, folders, { env, log }) {
  const args = [entry, ...optionsOf(folders), '--auth', 'none', '--bind-addr', '127.0.0.1:0'];
  const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
  const child = spawn(node, [...args, ...quiet], {
    stdio: ['ignore', 'pipe', openSync(log, 'w')],
    env: { ...environment(node, folders), ...env },
  });
  // The deadline of the start.
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  const end = async () => {
    clearTimeout(timer);
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /listening on (http:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    clearTimeout(timer);
    child.stdout.resume();
    return { address, end };
  }
  clearTimeout(timer);
  return undefined;
}

function optionsOf({ data, extensions, config }) {
  return ['--user-data-dir', data, '--extensions-dir', extensions, '--config', config];
}

function environment(node, { home }) {
  return { ...process.env, HOME: home, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
}
