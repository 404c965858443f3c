import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../support/cliProcess.js';

const run = promisify(execFile);

/** The largest size of the unpacked package, in bytes. */
const MAX_BYTES = 1_500_000;

interface Manifest {
  readonly exports: object;
  readonly bin: object;
  readonly dependencies: object;
}

/** The packages whose code is in the launcher's file, which needs no other file. */
const BUNDLED = [
  '@jridgewell/sourcemap-codec',
  '@jridgewell/trace-mapping',
  'acorn',
  'picomatch',
  'pino',
  'ws',
];

/** What loads a module: an import at the beginning of a line, and calls of `import` and `require`. */
const LOADS = /(?:^(?:import|export)\b[^\n]*? from |^import |\b(?:import|require)\()["'`]([^"'`\n]+)["'`]/gm;

/** Returns the packages that a file of the package loads at run time. */
function loadedPackages(path: string): string[] {
  const text = readFileSync(projectPath(path), 'utf8');
  const specifiers = [...text.matchAll(LOADS)].map(([, specifier = '']) => specifier);
  return specifiers.filter((name) => !name.startsWith('.') && !isBuiltin(name)).map(packageOf);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('the npm tarball', () => {
  let files: string[] = [];
  let unpackedBytes = 0;

  function codeFiles(): string[] {
    return files.filter((path) => /^dist\/.*\.[cm]?js$/.test(path));
  }

  beforeAll(async () => {
    // Without scripts: the tests use the build that is there.
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const options = { cwd: projectPath('.'), shell: process.platform === 'win32', maxBuffer: 2 ** 26 };
    const { stdout } = await run('npm', args, options);
    const [packed] = JSON.parse(stdout) as [{ files: { path: string }[]; unpackedSize: number }];
    unpackedBytes = packed.unpackedSize;
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

  it('has no source maps, and names none', () => {
    const named = codeFiles().filter((path) =>
      /^\/\/# sourceMappingURL=/m.test(readFileSync(projectPath(path), 'utf8')),
    );
    expect(named).toEqual([]);
    expect(files.filter((path) => path.endsWith('.map'))).toEqual([]);
  });

  it('has every file that package.json names, and little beside', () => {
    const { exports, bin } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as Manifest;
    const named = [...JSON.stringify({ exports, bin }).matchAll(/"(?:\.\/)?(dist\/[^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(named.length).toBeGreaterThan(16);
    expect(files).toEqual(expect.arrayContaining(named));
    expect(codeFiles().length).toBeLessThan(32);
    expect(unpackedBytes).toBeLessThan(MAX_BYTES);
  });

  it('needs no packages but its dependencies, and all of them', () => {
    const { dependencies } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as Manifest;
    const loaded = new Set(
      files
        .filter((path) => path.startsWith('dist/lib/') || path.startsWith('dist/cli/'))
        .flatMap(loadedPackages),
    );
    expect([...loaded].sort()).toEqual(Object.keys(dependencies).sort());
    expect(loadedPackages('dist/launcher/main.cjs')).toEqual([]);
  });

  it('has neither sources, tests nor packages', () => {
    expect(files.filter((path) => /^(?:src|test|scripts|node_modules)\//.test(path))).toEqual([]);
  });

  it('has the licence of each package that is in the launcher', () => {
    const notices = readFileSync(projectPath('dist/ThirdPartyNotices.txt'), 'utf8');
    const named = notices.split(/\n\n-{80}\n\n/).map((notice) => notice.split('\n\n', 2));
    expect(named.map(([name]) => name)).toEqual(expect.arrayContaining(BUNDLED));
    for (const [, licence = ''] of named) expect(licence).toMatch(/licen[cs]e|copyright/i);
  });
});
