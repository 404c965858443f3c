import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which folder may import what: launcher → ipc ← adapter ← cli, and nothing else. */
function layer(folder, forbidden) {
  return {
    files: [`src/${folder}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: forbidden.map((group) => ({ group: [group], message: `src/${folder} stands below it` })),
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
  layer('ipc', ['**/adapter/**', '**/launcher/**', '**/cli/**', '**/commandLine/**', '@vscode/*']),
  layer('adapter', ['**/launcher/**', '**/cli/**']),
  layer('launcher', ['**/adapter/**', '**/cli/**', '@vscode/*']),
  layer('cli', ['**/launcher/**']),
  layer('commandLine', ['**/adapter/**', '**/launcher/**', '**/cli/**', '@vscode/*']),
);
