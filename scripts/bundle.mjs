// Makes the files of the package from the modules that the compiler has written to dist/.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'rolldown';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

/** The entry points of the package, by file name in dist/lib, and the modules that they are made of. */
export const ENTRIES = {
  index: 'index',
  adapter: 'adapter/index',
  jsonrpc: 'jsonrpc/index',
  multiprocessing: 'ipc/multiprocessing/index',
};
/** The parts of the launcher that run in threads and processes of their own. */
const PARTS = [
  'launcher/worker/worker.js',
  'processes/guardMain.js',
  'processes/drainMain.js',
  'processes/holder/holderMain.js',
];
/** The oldest language version that a child of a debugged program may know: Node.js 8. */
const OLD_LANGUAGE = 'es2017';
/** Comments, spaces and names of variables are for readers of src/. Names of functions stay, for the stacks of errors. */
const SHORT = { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } };
/** The command that reads traces. It is a file of its own, without names: nothing else loads it. */
const TRACE_COMMAND = './traceCommand.js';
/** The name of the launcher's code in the program's thread. V8's inspector takes `node:` for Node.js itself. */
const LAUNCHER_URL = 'node:debug-adapter-ipc/launcher';

/**
 * Bundles the entry points into dist/lib, and the command. They share their common modules, so that a class is the same
 * by whichever entry it is imported. The code is CommonJS: Node.js loads it in half the time, since nothing waits for
 * its ESM loader, and every tool can load it. An `import` gets it from a module that has nothing but the names.
 *
 * @param dist the folder with the compiled modules, with a separator at its end
 */
export async function bundleLibrary(dist) {
  rmSync(`${dist}lib`, { recursive: true, force: true });
  const entries = Object.entries(ENTRIES).map(([name, path]) => [`lib/${name}`, `${dist}${path}.js`]);
  const { output } = await build({
    input: { ...Object.fromEntries(entries), 'cli/main': `${dist}cli/main.js` },
    platform: 'node',
    external: (specifier) => isPackage(specifier) || specifier === TRACE_COMMAND,
    logLevel: 'warn',
    plugins: [withoutRequire],
    transform: { define: { 'import.meta.url': 'undefined' } },
    output: {
      dir: dist,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'lib/[name]-[hash].cjs',
      comments: { legal: true, annotation: true, jsdoc: false },
    },
  });
  for (const name of Object.keys(ENTRIES)) {
    const { exports } = output.find(({ fileName }) => fileName === `lib/${name}.cjs`);
    writeFileSync(`${dist}lib/${name}.js`, importing(name, exports));
  }
}

/**
 * Gets the modules of Node.js without `require`: a bundler that makes an ES module of the files (esbuild) leaves calls of
 * it behind, which fail.
 */
const withoutRequire = {
  name: 'without-require',
  renderChunk: (code) => code.replace(/\brequire\(("node:[\w/]+")\)/g, 'process.getBuiltinModule($1)'),
};

/** Bundles the command that reads traces, with all that it needs of the package. */
export async function bundleTraceCommand(dist) {
  const file = `${dist}cli/traceCommand.js`;
  await build({
    input: file,
    platform: 'node',
    external: isPackage,
    logLevel: 'warn',
    plugins: [packedShapes],
    output: { file, format: 'esm', minify: true, comments: false },
  });
}

/** Packs the shapes of DAP's messages: they are the longest text of the command. */
const packedShapes = {
  name: 'packed-shapes',
  async transform(code, id) {
    if (!/[\\/]dapShapes\.js$/.test(id)) return undefined;
    const { DAP_SHAPES } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const text = brotliCompressSync(DAP_SHAPES).toString('base64');
    return `import { brotliDecompressSync } from 'node:zlib';
export const DAP_SHAPES = brotliDecompressSync(Buffer.from('${text}', 'base64')).toString();`;
  },
};

/**
 * Makes the page that shows traces: one file without data, packed. Its policy allows the page's own script and style alone.
 *
 * @param sources the folder of the page's modules
 * @param file the file to write
 * @returns the bundled modules
 */
export async function bundleViewer(sources, file) {
  const { output } = await build({
    input: `${sources}page.ts`,
    platform: 'browser',
    write: false,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'warn',
    output: { format: 'iife', minify: true, comments: false },
  });
  const script = output[0].code.trim();
  const chart = readFileSync(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'), 'utf8');
  const own = readFileSync(`${sources}page.css`, 'utf8').replace(/\s*\n\s*/g, '');
  const style = chart.trim() + own;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, brotliCompressSync(pageOf(style, script)));
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}

/** The page. The line `DATA` stands for the entries, which the script reads while they come. */
function pageOf(style, script) {
  const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Trace</title>
<style>${style}</style>
</head>
<body>
<div id="page">Reading the trace…</div>
<script>${script}</script>
DATA
</body>
</html>
`;
}

function hashOf(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Rolls the declarations of the entry points up, for modules and for CommonJS. */
export async function bundleTypes(dist) {
  const bundle = await rollup({
    input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, `${dist}${path}.d.ts`])),
    external: isPackage,
    plugins: [dts()],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: 'es', chunkFileNames: 'types-[hash].d.ts' });
  await bundle.close();
  for (const { fileName, code } of output) {
    writeFileSync(`${dist}lib/${fileName}`, code);
    const commonJs = code.replace(/(from|import) '(\.\/[^']+)\.js'/g, "$1 '$2.cjs'");
    writeFileSync(`${dist}lib/${fileName.replace(/\.ts$/, '.cts')}`, commonJs);
  }
}

/**
 * Bundles the launcher into one file.
 *
 * @param file the file to write
 * @returns the bundled modules
 */
export async function bundleLauncher(dist, file) {
  const parts = await build({
    input: PARTS.map((path) => `${dist}${path}`),
    platform: 'node',
    write: false,
    logLevel: 'warn',
    output: {
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      minify: SHORT,
    },
  });
  const texts = parts.output.map(
    ({ fileName, code }) => `${JSON.stringify(fileName)}:function(){return "${compressed(code)}"}`,
  );
  const main = await build({
    input: `${dist}launcher/main.cjs`,
    platform: 'node',
    write: false,
    logLevel: 'warn',
    transform: { target: OLD_LANGUAGE },
    output: { format: 'cjs', minify: SHORT },
  });
  const lines = [`"use strict";var PARTS={${texts.join(',')}};`, main.output[0].code.trimEnd()];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n//# sourceURL=${LAUNCHER_URL}\n`);
  return [...parts.output, ...main.output].flatMap(({ moduleIds = [] }) => moduleIds);
}

/** Compresses the text of a part: each thread of a launch reads the whole file, and needs few of its parts. */
function compressed(text) {
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT };
  return brotliCompressSync(text, { params }).toString('base64');
}

/** The entry for `import`: the same objects as the one for `require`, by their names. */
function importing(name, exports) {
  return `import entry from './${name}.cjs';\nexport const { ${exports.join(', ')} } = entry;\n`;
}

/** True for the specifiers of packages and of Node.js. */
function isPackage(specifier) {
  return !specifier.startsWith('.') && !specifier.startsWith('/') && !/^[a-z]:\\/i.test(specifier);
}
