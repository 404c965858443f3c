import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { blocksOf, outputOf, Reader, shownOutput, typedIn } from './support/tutorial.js';
import type { Block } from './support/tutorial.js';

const isWindows = process.platform === 'win32';
const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0;
const TIMEOUT_MS = 120_000;

/** What a block is for: `sh` is run, `text` is the output of the commands before it, and a file is saved. */
function kindOf({ language, file }: Block): string {
  return file ?? language;
}

/** Follows a page from its first block to its last: saves its files, runs its commands, compares their outputs. */
async function follow(reader: Reader, blocks: readonly Block[], apart: RegExp): Promise<void> {
  for (const [at, { language, code, file }] of blocks.entries()) {
    if (file !== undefined) reader.save(file, code);
    if (language !== 'sh') continue;
    const next = blocks[at + 1];
    const shown = next?.language === 'text' ? next.code : undefined;
    const output = await reader.run(code, typedIn(shown ?? ''));
    if (shown === undefined) continue;
    const { main, apart: others } = outputOf(output, apart);
    const wanted = shownOutput(shown, apart);
    expect(main).toMatch(wanted.main);
    expect(others).toEqual(wanted.apart);
  }
}

/** The first configuration of the launch.json of a page. */
function configurationIn(blocks: readonly Block[]): object {
  const json = blocks.find(({ file }) => file === '.vscode/launch.json')?.code ?? '';
  return (JSON.parse(json) as { configurations: [object] }).configurations[0];
}

/** The configuration in a page's settings for Neovim: `name = 'text'` and `name = { 'text' }`. */
function luaConfigurationIn(blocks: readonly Block[]): object {
  const lua = blocks.find(({ language }) => language === 'lua')?.code ?? '';
  const [, settings = ''] = lua.split('dap.configurations.javascript');
  const pairs = [...settings.matchAll(/(\w+) = (?:'([^']*)'|\{ '([^']*)' \})/g)];
  return Object.fromEntries(pairs.map(([, name, one, listed]) => [name, one ?? [listed]])) as object;
}

describe.skipIf(isWindows)(
  'the tutorial firstDebugSession (skipped on Windows: it is for a Unix shell)',
  () => {
    const blocks = blocksOf('firstDebugSession');
    const launchJson = '.vscode/launch.json';
    // Commands of an editor, which this machine need not have.
    const standIns = { code: 'exit 0', nvim: 'exit 0' };

    it('has all of its blocks', () => {
      const session = ['sh', 'text'];
      expect(blocks.map(kindOf)).toEqual([
        ...['sh', 'sh', ...session, ...session, ...session, ...session],
        ...['sh', launchJson, 'sh', 'inventory.lua', 'sh'],
      ]);
    });

    it('runs as its page says', { timeout: TIMEOUT_MS }, async () => {
      using reader = new Reader(standIns);
      // These come by stderr.
      await follow(reader, blocks, /^Grace lacks |^The program was ended by /);
      for (const configuration of [configurationIn(blocks), luaConfigurationIn(blocks)]) {
        await reader.debug(configuration, async (client, launch) => {
          const warehouse = reader.path('inventory/warehouse.js');
          await client.start(launch, { [warehouse]: [17] });
          const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
          const { stackFrames } = await client.request<{ stackFrames: { name: string; line: number }[] }>(
            'stackTrace',
            { threadId },
          );
          expect(stackFrames[0]).toMatchObject({ name: 'Warehouse.take', line: 17 });
          await client.request('disconnect');
        });
      }
    });
  },
);

describe.skipIf(isWindows)('the tutorial firstEmbedding (skipped on Windows: it is for a Unix shell)', () => {
  const blocks = blocksOf('firstEmbedding');

  it('has all of its blocks', () => {
    expect(blocks.map(kindOf)).toEqual([
      ...['sh', 'adapter.mjs', 'sh', 'text'],
      ...['launcher.mjs', 'adapter.mjs', 'sh', 'text'],
      ...['launcher.mjs', 'adapter.mjs', 'sh', 'text'],
      ...['broken.mjs', 'sh', 'text'],
    ]);
  });

  it('runs as its page says', { timeout: TIMEOUT_MS }, async () => {
    using reader = new Reader();
    await follow(reader, blocks, /^launcher: /);
  });
});

describe.skipIf(isWindows || !hasPython)(
  `the tutorial firstLauncher (skipped on Windows, and without Python 3.8 as python3)`,
  () => {
    const blocks = blocksOf('firstLauncher');

    it('has all of its blocks', () => {
      expect(blocks.map(kindOf)).toEqual([
        ...['sh', 'hello.py', 'adapter.mjs'],
        ...['launcher.py', 'sh', 'text'],
        ...['connection.py', 'launcher.py', 'sh', 'text'],
        ...['launcher.py', 'sh', 'text'],
        ...['.vscode/launch.json', 'text'],
      ]);
    });

    it('runs as its page says', { timeout: TIMEOUT_MS }, async () => {
      using reader = new Reader();
      await follow(reader, blocks, /^hello /);
      await reader.debug(configurationIn(blocks), async (client, launch) => {
        await client.start(launch);
        expect(await client.waitForEvent('exited')).toEqual({ exitCode: 3 });
        expect(client.output('stdout')).toBe(blocks.at(-1)?.code);
        await client.request('disconnect');
      });
    });
  },
);
