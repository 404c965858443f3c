import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { projectPath } from '../support/cliProcess.js';
import { codeNamesIn, filesBelow, PAGES, proseOf } from './support/pages.js';

const FOLDERS = ['src', 'test', 'docs', 'scripts', 'examples', 'bench', 'fuzz', 'simulation'];
const FILES = FOLDERS.flatMap(filesBelow);

/** Every word of the sources, and of the manifest, which declares the settings that editors read. */
const SOURCE_TEXT = [...FILES.filter((path) => path.startsWith('src/')), 'package.json']
  .map((path) => readFileSync(projectPath(path), 'utf8'))
  .join('\n');
const WORDS = new Set(SOURCE_TEXT.match(/\w+/g));

/** Names in the pages that belong to others, by their owner. */
const FOREIGN_NAMES: Readonly<Record<string, readonly string[]>> = {
  'Node.js': ['Console', 'Sync', 'execSync'],
  // An entry in the properties of a function: `[[Scopes]]`.
  V8: ['Scopes'],
  // Also the class of a process pool.
  'Python, multiprocessing': ['BufferTooShort', 'Client', 'Pool', 'XmlClient', 'XmlListener'],
  vimspector: ['unusedLocalPort'],
  // Options of its command line, and a setting of its own.
  debugpy: ['subProcess', 'Xfrozen_modules', 'redirectOutput'],
  'vscode-jsonrpc': [
    'ConnectionError',
    'InternalError',
    'MessageConnection',
    'MessageWriteError',
    'SocketMessageReader',
    'SocketMessageWriter',
    'sendNotification',
    'sendRequest',
  ],
};
const foreign = new Set(Object.values(FOREIGN_NAMES).flat());

/** The flags of this package's programs begin with one of these, or are spelled out in the sources. */
const OWN_FLAGS = /^--(ipc|child|key|listen|keep|stop|session|no-(debug|wait))/;

/** Those of the pages that a test does not follow: tutorials name their readers' files, which that test makes. */
const checkedPages = PAGES.filter((page) => !page.startsWith('docs/tutorials/'));

/** True if a path is that of a file or a folder of the project, or the end of one. */
function exists(path: string): boolean {
  const plain = path.replace(/\/$/, '');
  // The table of docs/limits.md names places from src/ipc on.
  if (existsSync(projectPath(`src/ipc/${plain}`))) return true;
  return existsSync(projectPath(plain)) || FILES.some((file) => `/${file}/`.includes(`/${plain}/`));
}

/** True for `src/ipc`, `docs/errors.md`, `framing/` and `limits.ts`, and not for a file of a user's program. */
function isPathHere(code: string): boolean {
  return (
    /^[\w./-]+(\.(ts|cts|mjs)|\/)$/.test(code) || FOLDERS.some((folder) => code.startsWith(`${folder}/`))
  );
}

/** PascalCase and camelCase words of a code name that is neither a path nor an escape. */
function identifiersIn(code: string): string[] {
  if (/[/\\]/.test(code)) return [];
  return (code.match(/[A-Za-z]\w*/g) ?? []).filter((word) => /[a-z][A-Z]|^[A-Z][a-z]/.test(word));
}

describe.each(checkedPages)('%s', (page) => {
  const codes = codeNamesIn(page);

  it('names files and folders that exist', () => {
    const inText = proseOf(page).match(/\bdocs\/[\w./-]+\.md\b/g) ?? [];
    const missing = [...codes.filter(isPathHere), ...inText].filter((path) => !exists(path));
    expect(missing).toEqual([]);
  });

  it('names classes, functions, fields and settings that occur in the sources', () => {
    const unknown = codes.flatMap(identifiersIn).filter((name) => !WORDS.has(name) && !foreign.has(name));
    expect(unknown).toEqual([]);
  });

  it('names flags that occur in the sources', () => {
    const flags = codes
      .flatMap((code) => code.match(/--[a-z][a-z-]*/g) ?? [])
      .filter((flag) => OWN_FLAGS.test(flag));
    expect(flags.filter((flag) => !SOURCE_TEXT.includes(flag))).toEqual([]);
  });
});

describe('the list of foreign names', () => {
  it('has only names that a page uses and the sources lack', () => {
    const used = new Set(checkedPages.flatMap(codeNamesIn).flatMap(identifiersIn));
    expect([...foreign].filter((name) => !used.has(name) || WORDS.has(name))).toEqual([]);
  });
});
