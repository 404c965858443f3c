import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { projectPath } from '../../support/cliProcess.js';
import { Project } from '../../support/project.js';

const run = promisify(execFile);

/** What a project has installed beside this package: its dependencies, and types for compiling. */
const INSTALLED = [
  '@types/node',
  '@types/vscode',
  '@vscode/debugadapter',
  '@vscode/debugprotocol',
  'vscode-jsonrpc',
];

/** Returns the paths of the files that npm would publish, of the build that is there. */
export async function publishedFiles(): Promise<string[]> {
  const options = { cwd: projectPath('.'), shell: process.platform === 'win32', maxBuffer: 2 ** 26 };
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], options);
  const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return packed.files.map(({ path }) => path);
}

/** Makes a project of its own, in which this package is installed as npm would install it. */
export function freshProject(
  published: readonly string[],
  type: 'module' | 'commonjs',
  files: Readonly<Record<string, string>>,
): Project {
  const project = new Project({ ...files, 'package.json': JSON.stringify({ private: true, type }) });
  for (const path of published) {
    cpSync(projectPath(path), project.file(`node_modules/debug-adapter-ipc/${path}`));
  }
  for (const name of INSTALLED) {
    const link = project.file(`node_modules/${name}`);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(projectPath(`node_modules/${name}`), link, 'junction');
  }
  return project;
}

/** Returns the code blocks of a page that begin with a file's name, by that name. */
export function codeBlocks(page: string): Record<string, string> {
  const text = readFileSync(projectPath(page), 'utf8');
  const blocks = [...text.matchAll(/```(?:ts|js)\n\/\/ (\S+)\n([\s\S]*?)```/g)];
  return Object.fromEntries(blocks.map(([, name = '', code = '']) => [name, code]));
}

/** Compiles the project's files. Returns the errors in them and in this package's types, one text each. */
export function compile(project: Project, files: readonly string[], options: ts.CompilerOptions): string[] {
  const program = ts.createProgram(
    files.map((name) => project.file(name)),
    {
      target: ts.ScriptTarget.ES2022,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [project.file('node_modules/@types')],
      rootDir: project.path,
      ...options,
    },
  );
  const own = [project.path, join(project.path, 'node_modules', 'debug-adapter-ipc')];
  const errors = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  return errors
    .filter(
      ({ file }) =>
        file === undefined || own.some((folder) => file.fileName.startsWith(ts.sys.resolvePath(folder))),
    )
    .map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}
