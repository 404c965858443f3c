/*
 * npm run attack [-- --seconds N]
 *
 * Runs every attack of test/security, then sends hostile values through each door for N seconds in sum (default 60).
 * Prints one table, attack by attack: held, not held, or left out with the reason in its name. Needs a build. Ends with
 * exit code 1 if an attack was not held.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });

/** The targets of fuzz/ that attack a door, while a second session is alive. */
const DOORS = ['clientDoor', 'launcherDoor', 'serverDoor', 'rendezvousDoor'];
const RESULTS = {
  passed: 'held',
  failed: 'NOT HELD',
  pending: 'left out',
  skipped: 'left out',
  todo: 'left out',
};

const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error(`--seconds needs a number above 0, and it is "${values.seconds}"`);

const attacks = [...(await runTests()), ...(await runDoors())];
for (const { result, name } of attacks) console.log(`${result.padEnd(8)}  ${name}`);
const count = (wanted) => attacks.filter(({ result }) => result === wanted).length;
console.log(`\n${count('held')} held, ${count('NOT HELD')} not held, ${count('left out')} left out`);
if (count('NOT HELD') > 0) process.exitCode = 1;

async function runTests() {
  console.error('running test/security ...');
  const directory = mkdtempSync(join(tmpdir(), 'attack-'));
  const outputFile = join(directory, 'results.json');
  try {
    const { code } = await run([
      vitest,
      'run',
      'test/security',
      '--reporter=json',
      `--outputFile=${outputFile}`,
    ]);
    const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8'));
    // What fails outside of a test, a whole file or the start of them all, is in no row of its own.
    const whole =
      code === 0 ? [] : [{ result: 'NOT HELD', name: `test/security ended with exit code ${code}` }];
    const rows = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ status, fullName }) => ({
        result: RESULTS[status] ?? 'NOT HELD',
        name: `${relative(join(root, 'test/security'), name)}: ${fullName}`,
      })),
    );
    return [...rows, ...whole];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function runDoors() {
  const results = [];
  for (const door of DOORS) {
    console.error(`sending hostile values through ${door} ...`);
    const share = String(Math.max(seconds / DOORS.length, 1));
    const { code, output } = await run(['fuzz/run.mjs', '--seconds', share, '--target', door]);
    const lines = output.trim().split('\n');
    const line = lines.find((text) => text.startsWith(door)) ?? `${door}: ${lines.at(-1)}`;
    results.push({ result: code === 0 ? 'held' : 'NOT HELD', name: `fuzz ${line}` });
  }
  return results;
}

async function run(args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}
