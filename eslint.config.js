import { defineConfig } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import { folderOrder } from './scripts/lint/folderOrder.js';
import { pathComparison } from './scripts/lint/pathComparison.js';
import { windowsHide } from './scripts/lint/windowsHide.js';

const EXPORT_ALL = {
  selector: 'ExportAllDeclaration',
  message: 'List the names: a surface is one list, read by people.',
};
const EXPORT_LIST = {
  selector: 'ExportNamedDeclaration[source=null][declaration=null]',
  message: 'Export a declaration where it is declared.',
};
const RE_EXPORT = {
  selector: 'ExportNamedDeclaration[source]',
  message: 'Only index.ts re-exports. Import the name from the file that declares it.',
};
const INLINE_TYPE = {
  selector: ':matches(ImportSpecifier[importKind="type"], ExportSpecifier[exportKind="type"])',
  message: 'Write a statement of its own: import type { ... }.',
};

/** Forbids the npm packages that a folder of src does without. */
function withoutPackages(folder, ...group) {
  return {
    files: [`src/${folder}/**`],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group }] }] },
  };
}

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'test/**/fixtures/', 'examples/'] },
  {
    files: ['**/*.ts', '**/*.cts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unnecessary-condition': 'error',
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
      'no-restricted-syntax': ['error', EXPORT_ALL, INLINE_TYPE],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/index.ts', 'src/ipc/deprecated.ts'],
    rules: { 'no-restricted-syntax': ['error', EXPORT_ALL, INLINE_TYPE, EXPORT_LIST, RE_EXPORT] },
  },
  {
    files: ['src/**'],
    plugins: {
      project: {
        rules: {
          'folder-order': folderOrder,
          'path-comparison': pathComparison,
          'windows-hide': windowsHide,
        },
      },
      regexp,
    },
    rules: {
      'project/folder-order': 'error',
      'project/windows-hide': 'error',
      // Peers, programs and files choose much of the text that is matched: no expression may take more than linear time.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: false }],
    },
  },
  {
    // Those of src/ipc are the paths of sockets and keys, which nobody writes in two ways.
    files: [
      'src/adapter/**',
      'src/cli/**',
      'src/launcher/**',
      'src/processes/**',
      'src/trace/**',
      'src/vscode/**',
    ],
    rules: { 'project/path-comparison': 'error' },
  },
  {
    // A describe block is one long function, and a suite is as long as its cases.
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 600 }] },
  },
  withoutPackages('ipc', '@vscode/*', 'vscode-jsonrpc'),
  withoutPackages('launcher', '@vscode/*', 'vscode-jsonrpc'),
  withoutPackages('commandLine', '@vscode/*', 'vscode-jsonrpc'),
  withoutPackages('vscode', '@vscode/*', 'vscode-jsonrpc'),
  // vscode-jsonrpc brings its own Node.js parts: the layer needs none.
  withoutPackages('jsonrpc', '@vscode/*', 'node:*'),
);
