/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Loads the parts of the launcher that are in its file as compressed texts: CommonJS modules that may require each
 * other.
 */
import path = require('node:path');
import vm = require('node:vm');
import zlib = require('node:zlib');

/**
 * Returns the text of a part, compressed by Brotli and as base64, by the name by which parts require each other, such as
 * `worker.cjs`.
 */
type PartTexts = Readonly<Record<string, (() => string) | undefined>>;

type Run = (
  exports: object,
  require: (specifier: string) => unknown,
  module: object,
  fileName: string,
  directory: string,
) => void;

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

const loaded = new Map<string, { readonly exports: object }>();

/**
 * @returns what the part exports
 * @throws Error if there is no such part
 */
function loadPart(texts: PartTexts, name: string): unknown {
  const before = loaded.get(name);
  if (before !== undefined) return before.exports;
  const compressed = texts[name]?.();
  if (compressed === undefined) throw new Error(`the launcher has no part ${name}`);
  const text = zlib.brotliDecompressSync(Buffer.from(compressed, 'base64')).toString();
  const part = { exports: {} };
  loaded.set(name, part);
  const run = vm.compileFunction(text, PARAMETERS, {
    filename: __filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Run;
  const requireFrom = (specifier: string): unknown =>
    specifier.startsWith('./') ? loadPart(texts, specifier.slice(2)) : require(specifier);
  run(part.exports, requireFrom, part, __filename, path.dirname(__filename));
  return part.exports;
}

export = { loadPart };
