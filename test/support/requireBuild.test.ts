import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import requireBuild, { whyNotBuilt } from './requireBuild.js';
import { Project } from './project.js';

/** The times of files, in seconds since 1970. */
type Times = Record<string, number>;

const BUILT: Times = {
  'dist/bin.cjs': 100,
  'dist/cli/main.cjs': 101,
  'dist/lib/index.d.ts': 103,
  'dist/launcher/main.cjs': 104,
};

function projectWith(times: Times): string {
  const root = new Project(Object.fromEntries(Object.keys(times).map((file) => [file, '']))).path;
  for (const [file, seconds] of Object.entries(times)) utimesSync(join(root, file), seconds, seconds);
  return root;
}

describe('whyNotBuilt', () => {
  it('accepts a build that is newer than all sources', () => {
    const sources = { 'src/index.ts': 98, 'src/launcher/main.cts': 99, 'src/notes.md': 200 };
    expect(whyNotBuilt(projectWith({ ...BUILT, ...sources }))).toBeUndefined();
  });

  it.each(Object.keys(BUILT))('names %s if the build did not write it, and the way out', (file) => {
    const root = projectWith({ ...BUILT, 'src/index.ts': 98 });
    rmSync(join(root, file));
    expect(whyNotBuilt(root)).toContain(`${file} does not exist`);
    expect(whyNotBuilt(root)).toContain('npm run build');
  });

  it.each(['src/deep/index.ts', 'src/launcher/main.cts'])('names the newest source: %s', (newest) => {
    const root = projectWith({ ...BUILT, 'src/a.ts': 105, 'src/old.ts': 98, [newest]: 106 });
    expect(whyNotBuilt(root)).toContain(`dist is older than ${newest}`);
    expect(whyNotBuilt(root)).toContain('npm run build');
  });

  it('compares with the oldest part of the build, since a bundle may have failed', () => {
    const root = projectWith({ ...BUILT, 'dist/launcher/main.cjs': 50, 'src/index.ts': 98 });
    expect(whyNotBuilt(root)).toContain('dist is older than src/index.ts');
  });

  it('names the variable that skips the check', () => {
    const variable = /(\w+)=1 npx vitest/.exec(whyNotBuilt(projectWith({ 'src/index.ts': 98 })) ?? '')?.[1];
    vi.stubEnv(variable ?? '', '1');
    expect(requireBuild).not.toThrow();
    vi.unstubAllEnvs();
  });
});
