/*
 * npm run test:nodes [-- VERSION...] [--paths PATTERN]...
 *
 * Runs the tests on other versions of Node.js: 20, 22, 24 and 26, except the running version, unless versions
 * are given. The newest release of each version is installed from npm once, into node_modules/.cache. It is
 * first on PATH, so processes that a test starts run on it too. Requires a build. Exits with code 1 if a
 * version fails.
 *
 * What differs between versions fails every time. So a few files that failed are run once more, and a version
 * fails if they fail again. The last lines name each file that failed once. `npm test` has no such second run.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installNode } from './installNode.mjs';

/** The supported release lines: the even ones of package.json's `engines`, which have long-term support. */
const LINES = ['20', '22', '24', '26'];
/** If more files than this fail, it is no accident, and they are not run again. */
const MAX_RERUN = 5;

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { paths: { type: 'string', multiple: true, default: [] } },
});
const running = process.versions.node.split('.')[0];
const wanted = positionals.length > 0 ? positionals : LINES.filter((line) => line !== running);

const results = [];
for (const line of wanted) results.push(await testOn(line));
for (const { version, seconds, passed, failedOnce } of results) {
  console.log(`Node.js ${version}: ${passed ? 'passed' : 'FAILED'} in ${seconds} s`);
  for (const file of failedOnce) console.log(`  failed once, then ${passed ? 'passed' : 'not'}: ${file}`);
}
if (results.some(({ passed }) => !passed)) process.exitCode = 1;

async function testOn(line) {
  const node = installNode(root, line);
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`\n== Node.js ${version} ==`);
  const start = performance.now();
  let { passed, failed } = await runTests(node, values.paths);
  const failedOnce = failed.length <= MAX_RERUN ? failed : [];
  if (failedOnce.length > 0) {
    console.log(`\n== Node.js ${version}, once more: ${failedOnce.join(' ')} ==`);
    ({ passed } = await runTests(node, failedOnce));
  }
  return { version, seconds: Math.round((performance.now() - start) / 1000), passed, failedOnce };
}

/** Runs tests. Returns whether they passed, and the files that failed. */
async function runTests(node, paths) {
  const directory = mkdtempSync(join(tmpdir(), 'test-nodes-'));
  const report = join(directory, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const child = spawn(node, [vitest, 'run', ...reporters, ...paths], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
    });
    const [code] = await once(child, 'exit');
    const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
    const failed = results
      .filter(({ status }) => status === 'failed')
      .map(({ name }) => relative(root, name));
    return { passed: code === 0, failed };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
