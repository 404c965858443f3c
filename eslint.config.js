import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Who has no use for JSON-RPC must not load its library. */
const JSON_RPC = ['**/jsonrpc/**', 'vscode-jsonrpc'];

/** Which folder may import what: launcher → ipc ← adapter ← cli, jsonrpc → ipc, and nothing else. */
function layer(folder, forbidden) {
  return {
    files: [`src/${folder}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: forbidden.map((group) => ({
            group: [group].flat(),
            message: `src/${folder} stands below it`,
          })),
        },
      ],
    },
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
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportAllDeclaration',
          message: 'list the names: a surface is one list, read by people',
        },
      ],
    },
  },
  {
    // A describe block is one long function, and a suite is as long as its cases.
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': ['error', { max: 600 }] },
  },
  layer('ipc', [
    '**/adapter/**',
    '**/launcher/**',
    '**/cli/**',
    '**/commandLine/**',
    '@vscode/*',
    ...JSON_RPC,
  ]),
  // The public names of the layer below are all it may use, and no Node.js of its own.
  layer('jsonrpc', [['../*', '!../ipc', '../ipc/*', '!../ipc/index.js'], '@vscode/*', 'node:*']),
  layer('adapter', ['**/launcher/**', '**/cli/**']),
  layer('launcher', ['**/adapter/**', '**/cli/**', '@vscode/*', ...JSON_RPC]),
  layer('cli', ['**/launcher/**']),
  layer('vscode', [
    '**/adapter/**',
    '**/launcher/**',
    '**/cli/**',
    '**/commandLine/**',
    '**/ipc/**',
    '@vscode/*',
    ...JSON_RPC,
  ]),
  layer('commandLine', ['**/adapter/**', '**/launcher/**', '**/cli/**', '@vscode/*', ...JSON_RPC]),
);
