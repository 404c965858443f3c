import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../floor/floor.c', import.meta.url));
const COMPILER = 'cc';

/** Measures what the system itself takes: two processes in C, without Node.js and without messages. */
export const floor = {
  title: 'the floor: the same in C',
  contenders: ['limitLoop'],
  measures: [
    { key: 'smallUs', title: 'floor, in C: 100 bytes there and back', unit: 'us' },
    { key: 'copyingUs', title: 'floor, in C: what copying takes of that, at most', unit: 'us' },
    { key: 'streamS', title: 'floor, in C: 64 MiB through the socket', unit: 's' },
    { key: 'copyS', title: 'floor, in C: 64 MiB copied in memory', unit: 's' },
  ],
  get skipped() {
    const { error } = spawnSync(COMPILER, ['--version'], { stdio: 'ignore' });
    return error === undefined ? {} : { limitLoop: `needs a C compiler, ${COMPILER}` };
  },
  run() {
    const directory = mkdtempSync(join(tmpdir(), 'floor-'));
    try {
      const program = join(directory, 'floor');
      execFileSync(COMPILER, ['-O2', '-o', program, SOURCE]);
      return JSON.parse(execFileSync(program, { encoding: 'utf8' }));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
