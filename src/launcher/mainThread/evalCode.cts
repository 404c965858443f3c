/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
import path = require('node:path');
import vm = require('node:vm');
import Module = require('node:module');
import warnings = require('./nodeBindings/withoutWarnings.cjs');

/** Properties of a module that its type omits. */
interface ModuleInternals {
  filename: string;
  paths: string[];
}

/** Returns the directories in which a module's `require` looks for packages. */
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
 * Prepares code to run as by `node -e`: as a script, not a module, with the variables of a CommonJS module as
 * globals. The returned function runs the code, with no frame of the launcher in its stacks.
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
    // A syntax error: compiling again in the program's own turn throws it there.
    return vm.runInThisContext.bind(vm, code, { filename: CODE_NAME });
  }
}

/**
 * Runs a first `import()` without warnings. Node warns at the first `import()` of a script that it is
 * experimental, but does not warn under `node -e`.
 */
function acceptDynamicImport(): void {
  warnings.withoutWarnings((): unknown => vm.runInThisContext('import("node:module")', WITH_DYNAMIC_IMPORT));
}

export = { prepareCode };
