import { join } from 'node:path';
import { Linter } from 'eslint';
import type { Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
// @ts-expect-error -- a plain module of the build, without declarations
import { folderOrder as rule } from '../../scripts/lint/folderOrder.js';

const folderOrder = rule as Rule.RuleModule;

/** The message ids that the rule reports for one file of src with this code. */
function reported(file: string, code: string): (string | undefined)[] {
  const linter = new Linter({ cwd: '/project' });
  const config: Linter.Config = {
    files: ['**/*.ts', '**/*.cts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { project: { rules: { 'folder-order': folderOrder } } },
    rules: { 'project/folder-order': 'error' },
  };
  return linter.verify(code, [config], join('/project/src', file)).map(({ messageId }) => messageId);
}

describe('the lint rule for the order of folders', () => {
  it.each([
    ['a folder below', 'ipc/session/ipcManager.ts', "import { a } from '../connection/a.js';"],
    ['its own folder', 'ipc/framing/a.ts', "import { b } from './b.js';"],
    ['the surface of another area', 'adapter/serving/a.ts', "import { a } from '../../ipc/index.js';"],
    ['a package', 'adapter/serving/a.ts', "import { a } from '@vscode/debugadapter';"],
    ['a folder inside its own', 'launcher/debugger/threadDebugger.ts', "import { a } from './stack/a.js';"],
    [
      'a deeper folder of a folder below',
      'launcher/commands/a.ts',
      "import { a } from '../debugger/stack/a.js';",
    ],
    [
      'a type for the program’s thread',
      'launcher/main.cts',
      "import type { A } from './link/threadLink.js';",
    ],
    ['node for the program’s thread', 'launcher/mainThread/a.cts', "import fs = require('node:fs');"],
  ])('allows %s', (_what, file, code) => {
    expect(reported(file, code)).toEqual([]);
  });

  it.each([
    ['a folder above', 'ipc/framing/a.ts', "import { a } from '../connection/a.js';"],
    ['a type of a folder above', 'ipc/framing/a.ts', "import type { A } from '../session/a.js';"],
    ['a re-export from a folder above', 'ipc/core/a.ts', "export { a } from '../framing/a.js';"],
    ['an import type', 'ipc/core/a.ts', "type A = import('../framing/a.js').A;"],
    ['a late import', 'ipc/core/a.ts', "void import('../framing/a.js');"],
    ['an inner file of another area', 'adapter/dap/a.ts', "import { a } from '../../ipc/core/a.js';"],
    ['an area that it may not know', 'ipc/core/a.ts', "import { a } from '../../adapter/index.js';"],
    ['the surface of its own area', 'adapter/dap/a.ts', "import { a } from '../index.js';"],
    ['a folder of no place in the order', 'adapter/dap/a.ts', "import { a } from '../other/a.js';"],
    ['a folder above inside a folder', 'launcher/debugger/values/a.ts', "import { a } from '../stack/a.js';"],
    ['the root of its folder', 'launcher/debugger/values/a.ts', "import { a } from '../threadDebugger.js';"],
  ])('refuses %s', (_what, file, code) => {
    expect(reported(file, code)).toEqual(['upward']);
  });

  it.each([
    ["import worker = require('../worker/worker.js');", 'launcher/mainThread/a.cts'],
    ["const { a } = require('../link/threadLink.js');", 'launcher/mainThread/a.cts'],
    ["import pino = require('pino');", 'launcher/main.cts'],
  ])('keeps all but node modules and types from the program’s thread: %s', (code, file) => {
    expect(reported(file, code)).toEqual(['programThread']);
  });
});
