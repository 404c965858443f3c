import { basename } from 'node:path';

/**
 * How a runtime runs a program.
 *
 * - `node`: as `node FILE` does, so this package's launcher can stand in for the file, and host the program.
 * - `command`: in some other way. The command runs as it is, and the Node.js programs that it starts are debugged.
 * - `unknown`: perhaps as `node FILE` does.
 */
export type RuntimeKind = 'node' | 'command' | 'unknown';

/** Node.js itself, and the runtimes that are Node.js with a loader. */
const LIKE_NODE =
  /^(?:node(?:js)?(?:[-_.]?v?\d[\d.]*)?|tsx|ts-node(?:-\w+)*|ts-script|babel-node|swc-node)$/i;

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

/** Says how a runtime runs a program. @param args the runtime's own arguments */
export function runtimeKind(executable: string, args: readonly string[]): RuntimeKind {
  const name = basename(executable.replaceAll('\\', '/')).replace(/\.(?:exe|cmd|bat|ps1|[cm]?js)$/i, '');
  if (COMMANDS.has(name.toLowerCase())) return 'command';
  const isWatch = args[0] === 'watch'; // The subcommand of tsx.
  if (LIKE_NODE.test(name)) return isWatch || args.some((arg) => NOT_THE_FILE.test(arg)) ? 'command' : 'node';
  return 'unknown';
}
