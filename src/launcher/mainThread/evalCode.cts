/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
import path = require('node:path');
import vm = require('node:vm');
import Module = require('node:module');
import warnings = require('./withoutWarnings.cjs');

/** The parts of a module that its type leaves out. */
interface ModuleInternals {
  filename: string;
  paths: string[];
}

/** Where a module's `require` looks for packages. */
const { _nodeModulePaths: nodeModulePaths } = Module as unknown as {
  _nodeModulePaths: (this: void, from: string) => string[];
};

/** The name under which `node -e` code appears in stacks and to the debugger. */
const CODE_NAME = '[eval]';

const WITH_DYNAMIC_IMPORT = {
  filename: CODE_NAME,
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
};

/**
 * Makes ready for code to run as by `node -e`: a script, not a module, with a CommonJS module's variables as
 * globals. The function that comes back runs it, and leaves no frame of ours in its stacks.
 */
function prepareCode(code: string): () => void {
  const filename = path.join(process.cwd(), CODE_NAME);
  const module = new Module(CODE_NAME);
  Object.assign(module as unknown as ModuleInternals, {
    filename,
    paths: nodeModulePaths(process.cwd()),
  });
  Object.assign(globalThis, {
    module,
    exports: module.exports as unknown,
    require: Module.createRequire(filename),
    __filename: CODE_NAME,
    __dirname: '.',
  });
  return compile(code);
}

function compile(code: string): () => void {
  if (/\bimport\s*\(/.test(code)) acceptDynamicImport();
  try {
    const script = new vm.Script(code, WITH_DYNAMIC_IMPORT);
    return script.runInThisContext.bind(script);
  } catch {
    // A syntax error: thrown once more from where it is the program's own.
    return vm.runInThisContext.bind(vm, code, { filename: CODE_NAME });
  }
}

/**
 * Node warns at the first `import()` in a script that this is experimental, which it is not in `node -e`. So
 * the first one is here, unheard.
 */
function acceptDynamicImport(): void {
  warnings.withoutWarnings((): unknown => vm.runInThisContext('import("node:module")', WITH_DYNAMIC_IMPORT));
}

export = { prepareCode };
