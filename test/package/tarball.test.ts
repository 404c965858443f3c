import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../support/cliProcess.js';

const run = promisify(execFile);

/** The packages whose code is in dist/, by the sources that the bundles' maps name. */
function bundledPackages(): string[] {
  const maps = readdirSync(projectPath('dist'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.map'),
  );
  const sources = maps.flatMap((name) => {
    const { sources } = JSON.parse(readFileSync(join(projectPath('dist'), name), 'utf8')) as {
      sources: (string | null)[];
    };
    return sources.map((source) => source ?? '');
  });
  const names = sources.map((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? '');
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

describe('the npm tarball', () => {
  let files: string[] = [];

  beforeAll(async () => {
    // Without scripts: the tests use the build that is there.
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const options = { cwd: projectPath('.'), shell: process.platform === 'win32', maxBuffer: 2 ** 26 };
    const { stdout } = await run('npm', args, options);
    const [packed] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    files = packed.files.map(({ path }) => path);
  }, 60_000);

  it('has its licence, the licences of what is bundled, and how to report a vulnerability', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'SECURITY.md',
        'README.md',
        'CHANGELOG.md',
        'dist/ThirdPartyNotices.txt',
      ]),
    );
  });

  it('names no source map that is not in it', () => {
    const named = files
      .filter((path) => /^dist\/.*\.[cm]?js$/.test(path))
      .flatMap((path) => {
        const text = readFileSync(projectPath(path), 'utf8');
        const [, map] = /^\/\/# sourceMappingURL=(.*)$/m.exec(text) ?? [];
        return map === undefined ? [] : [posix.join(posix.dirname(path), map)];
      });
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((map) => !files.includes(map))).toEqual([]);
  });

  it('has neither sources, tests nor packages', () => {
    expect(files.filter((path) => /^(?:src|test|scripts|node_modules)\//.test(path))).toEqual([]);
  });

  it('names each bundled package in the notices, with its licence', () => {
    const notices = readFileSync(projectPath('dist/ThirdPartyNotices.txt'), 'utf8');
    const bundled = bundledPackages();
    expect(bundled).toEqual(
      expect.arrayContaining(['@jridgewell/trace-mapping', '@vscode/debugadapter', 'commander', 'picomatch']),
    );
    const named = notices.split(/\n\n-{80}\n\n/).map((notice) => notice.split('\n\n', 2));
    expect(named.map(([name]) => name)).toEqual(bundled);
    for (const [, licence = ''] of named) expect(licence).toMatch(/licen[cs]e|copyright/i);
  });
});
