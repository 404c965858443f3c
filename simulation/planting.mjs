import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FAULTS } from './faults.mjs';
import { runSeeds } from './thread.mjs';

const MOST_SECONDS = 60;
const FIRST_SEED = 1;

/**
 * Plants each fault into a copy of the build, and looks for it.
 *
 * @param text only the faults whose name has it
 * @returns true if all were found
 */
export async function plantAll(dist, text) {
  let found = 0;
  const faults = FAULTS.filter(({ name }) => name.includes(text));
  for (const fault of faults) {
    const { seeds, steps, outcome } = await inCopy(dist, fault);
    if (outcome?.failure === undefined) {
      console.log(`NOT FOUND in ${seeds} seeds: ${fault.name}`);
      continue;
    }
    found += 1;
    const [what] = outcome.failure.split('\n');
    console.log(`found by seed ${seeds}, after ${steps} steps: ${fault.name} (${what})`);
  }
  console.log(`${found} of ${faults.length} faults found`);
  return found === faults.length;
}

async function inCopy(dist, { name, file, from, to }) {
  const folder = mkdtempSync(join(tmpdir(), 'debug-adapter-ipc-fault-'));
  try {
    cpSync(fileURLToPath(new URL('ipc/', dist)), join(folder, 'ipc'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const path = join(folder, 'ipc', file);
    const text = readFileSync(path, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} has changed: "${name}" cannot be planted`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const until = Date.now() + MOST_SECONDS * 1000;
    const copy = `${pathToFileURL(folder).href}/`;
    return await runSeeds(copy, { seeds: Infinity, from: FIRST_SEED, every: 1, until, isTraced: false })
      .result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
