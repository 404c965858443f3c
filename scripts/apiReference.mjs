/*
 * node scripts/apiReference.mjs [--check]    writes docs/api.md from the docstrings of the public names
 *
 * With --check nothing is written; the exit code is 1 if the page is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGE = `${root}docs/api.md`;
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

/** The entry points of the package, by the specifier that imports them. */
const ENTRIES = {
  'debug-adapter-ipc': 'src/index.ts',
  'debug-adapter-ipc/adapter': 'src/adapter/index.ts',
  'debug-adapter-ipc/jsonrpc': 'src/jsonrpc/index.ts',
  'debug-adapter-ipc/multiprocessing': 'src/ipc/multiprocessing/index.ts',
};

const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(
  Object.values(ENTRIES).map((file) => root + file),
  options,
);
const checker = program.getTypeChecker();
const missing = [];

const text = markdown();
if (missing.length > 0) throw new Error(`public names without a docstring: ${missing.join(', ')}`);
const page = await format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE });
if (!values.check) writeFileSync(PAGE, page);
else if (page !== readFileSync(PAGE, 'utf8')) {
  console.error('docs/api.md is not up to date: run "node scripts/apiReference.mjs"');
  process.exitCode = 1;
}

function markdown() {
  const sections = Object.entries(ENTRIES).map(([specifier, file]) => section(specifier, file));
  return [
    '# Public names',
    '',
    'Every name that the package exports, by entry point, with the first sentence of its docstring. The docstrings have',
    'the parameters, units, defaults and errors; editors show them. Made by `node scripts/apiReference.mjs`.',
    ...sections,
  ].join('\n');
}

function section(specifier, file) {
  const source = program.getSourceFile(root + file);
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  const rows = names
    .map((symbol) => ({ name: symbol.name, ...described(symbol) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, kind, text }) => `| \`${name}\` | ${kind} | ${text} |`);
  return [`\n## \`${specifier}\`\n`, '| name | kind | purpose |', '| --- | --- | --- |', ...rows].join('\n');
}

function described(symbol) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const deprecated = [symbol, target]
    .flatMap((one) => one.getJsDocTags(checker))
    .find(({ name }) => name === 'deprecated');
  const text = ts.displayPartsToString(target.getDocumentationComment(checker));
  if (text === '' && deprecated === undefined) missing.push(symbol.name);
  const purpose = deprecated
    ? `Deprecated. ${ts.displayPartsToString(deprecated.text)}`
    : firstSentence(text);
  return {
    kind: kindOf(target),
    text: purpose
      .replace(/\{@link (\w+)\}/g, '`$1`')
      .replaceAll('\n', ' ')
      .replaceAll('|', '\\|'),
  };
}

function firstSentence(text) {
  return /^[^]*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}

function kindOf({ flags }) {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  if (flags & ts.SymbolFlags.Variable) return 'constant';
  return 'type';
}
