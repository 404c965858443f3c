import { execFile } from 'node:child_process';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { resolvePackage } from '../../processes/resolvePackage.js';
import { badLaunchArgument } from '../dap/dapErrors.js';

const run = promisify(execFile);

/** The time in which a Node.js says what it can do, in milliseconds. */
const ANSWER_MS = 10_000;
/** Prints the version, and `true` if this Node.js runs TypeScript by itself. */
const QUESTION = 'process.version + " " + Boolean(process.features.typescript)';
/** Endings of TypeScript files that some versions of Node.js run, and of those that no version runs. */
const STRIPPED = new Set(['.ts', '.mts', '.cts']);
const NEVER_RUN = '.tsx';
/** Options by which a program brings its own way to run TypeScript. */
const LOADER_OPTION =
  /(?:^|\s)(?:-r|--(?:import|require|loader|experimental-(?:loader|(?:strip|transform)-types)))(?:[\s=]|$)/;

/** The program of a launch, and what runs it. */
interface TypeScriptLaunch {
  readonly program: string;
  /** The Node.js that runs the program. */
  readonly node: string;
  readonly runtimeArgs: readonly string[];
  /** The value of `NODE_OPTIONS` in the launch. */
  readonly nodeOptions: string | undefined;
  readonly cwd: string;
}

/**
 * Gives the options by which a Node.js runs this program, if it is TypeScript: no options if the Node.js can do so or the
 * launch has a loader, and those of tsx if the workspace has tsx.
 *
 * @throws DapError if nothing can run the program
 */
export async function typeScriptOptions(launch: TypeScriptLaunch): Promise<readonly string[]> {
  const { program, node, runtimeArgs, nodeOptions = '', cwd } = launch;
  const extension = extname(program).toLowerCase();
  if (!STRIPPED.has(extension) && extension !== NEVER_RUN) return [];
  if (LOADER_OPTION.test([...runtimeArgs, nodeOptions].join(' '))) return [];
  const { version, strips } = await ask(node);
  if (strips && extension !== NEVER_RUN) return [];
  const tsx = findTsx([program, join(cwd, 'package.json')]);
  if (tsx !== undefined) return ['--import', pathToFileURL(tsx).href];
  throw badLaunchArgument(
    `"program" is TypeScript, which ${version} does not run by itself: "${program}". Install tsx in the workspace ` +
      '("npm install --save-dev tsx"), which is then used; or give the compiled JavaScript file as "program" and its ' +
      'folder as "outFiles"' +
      (extension === NEVER_RUN ? '.' : '; or set "runtimeExecutable" to Node.js 22.18 or newer.'),
  );
}

/** Asks a Node.js. One that gives no answer is left to say itself what is wrong. */
async function ask(node: string): Promise<{ version: string; strips: boolean }> {
  try {
    const { stdout } = await run(node, ['-p', QUESTION], { timeout: ANSWER_MS, env: {}, windowsHide: true });
    const [version = '', strips] = stdout.trim().split(' ');
    return { version: `Node.js ${version}`, strips: strips === 'true' };
  } catch {
    return { version: 'this runtime', strips: true };
  }
}

/** Finds tsx as a program in one of these places would. */
function findTsx(places: readonly string[]): string | undefined {
  for (const place of places) {
    const found = resolvePackage('tsx', place);
    if (found !== undefined) return found;
  }
  return undefined;
}
