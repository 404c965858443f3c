import { basename } from 'node:path';

/**
 * How a runtime runs a program.
 *
 * - `node`: as `node FILE` does, so this package's launcher can stand in for the file, and host the program.
 * - `command`: in some other way. The command runs as it is, and the Node.js programs that it starts are debugged.
 * - `unknown`: perhaps as `node FILE` does.
 */
export type RuntimeKind = 'node' | 'command' | 'unknown';

const NODE = /^node(?:js)?(?:[-_.]?v?\d[\d.]*)?$/i;
/** The runtimes that are Node.js with a loader. */
const WITH_LOADER = /^(?:tsx|ts-node(?:-\w+)*|ts-script|babel-node|swc-node)$/i;

/** Programs that run scripts of a package, restart programs, run tests, or are no Node.js. */
const COMMANDS: ReadonlySet<string> = new Set([
  ...['npm', 'yarn', 'yarnpkg', 'pnpm', 'pnpx', 'bun', 'bunx', 'deno', 'corepack'],
  ...['turbo', 'nx', 'lerna', 'wireit', 'make', 'just', 'task', 'concurrently', 'run-p', 'run-s'],
  ...['nodemon', 'node-dev', 'ts-node-dev', 'tsnd', 'pm2', 'forever', 'supervisor'],
  ...['mocha', '_mocha', 'jest', 'vitest', 'ava', 'tap', 'c8', 'nyc', 'playwright', 'cypress', 'electron'],
  ...['sh', 'bash', 'zsh', 'dash', 'fish', 'cmd', 'powershell', 'pwsh'],
]);

/**
 * Options with which Node.js does not run the file as its program: it runs tests, a task or code, or starts the file
 * in a process of its own, again after each change.
 */
const NOT_THE_FILE =
  /^(?:--test|--test-(?:isolation|name-pattern|only|reporter|shard|update-snapshots)(?:=.*)?|--watch(?:-path)?(?:=.*)?|--run(?:=.*)?|-e|--eval(?:=.*)?|-p|--print(?:=.*)?|-pe)$/;

/** True if the executable has the name of Node.js, without a loader. */
export function isNodeItself(executable: string): boolean {
  return NODE.test(nameOf(executable));
}

/** Says how a runtime runs a program. @param args the runtime's own arguments */
export function runtimeKind(executable: string, args: readonly string[]): RuntimeKind {
  const name = nameOf(executable);
  if (COMMANDS.has(name.toLowerCase())) return 'command';
  const isWatch = args[0] === 'watch'; // The subcommand of tsx.
  if (!NODE.test(name) && !WITH_LOADER.test(name)) return 'unknown';
  return isWatch || args.some((arg) => NOT_THE_FILE.test(arg)) ? 'command' : 'node';
}

function nameOf(executable: string): string {
  return basename(executable.replaceAll('\\', '/')).replace(/\.(?:exe|cmd|bat|ps1|[cm]?js)$/i, '');
}
