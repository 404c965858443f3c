import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lineOf } from '../support/programs.js';
import { firstThatRuns } from './dapServers.js';

const nvim = firstThatRuns(['nvim'], ['--version']) ?? '';
const missing = nvim === '' ? ' (skipped: no nvim here; apt-get install neovim)' : '';
const EDITORS = fileURLToPath(new URL('../../docs/editors.md', import.meta.url));
const ADAPTER = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));
const SESSION = fileURLToPath(new URL('fixtures/neovim/session.lua', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../features/fixtures/stepping/calls.cjs', import.meta.url));
/** For an editor, an adapter and a program on a busy machine. */
const SESSION_MS = 90_000;

/** The Lua code of docs/editors.md, for `dofile`. */
function settingsIn(folder: string): string {
  const [, code = ''] =
    /^## Neovim with nvim-dap\n+```lua\n([^]*?)```/m.exec(readFileSync(EDITORS, 'utf8')) ?? [];
  const file = join(folder, 'settings.lua');
  writeFileSync(file, code);
  return file;
}

/** A folder with the command `debug-adapter-ipc` of this build. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'neovim-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command = join(folder, 'debug-adapter-ipc');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${ADAPTER}' "$@"\n`);
  chmodSync(command, 0o755);
  return folder;
}

describe.skipIf(missing !== '' || process.platform === 'win32')(
  `Neovim, by a client of ours in Lua with the order of nvim-dap${missing}`,
  () => {
    it(
      'goes from launch to the end with the settings of docs/editors.md',
      () => {
        const folder = installed();
        const env = {
          ...process.env,
          PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
          HOME: folder,
          SETTINGS: settingsIn(folder),
          PROGRAM,
          LINE: String(lineOf(PROGRAM, 'return')),
        };
        const args = ['--headless', '-u', 'NONE', '-i', 'NONE', '-n', '-c', `luafile ${SESSION}`];
        const { stdout, stderr } = spawnSync(nvim, args, {
          env,
          encoding: 'utf8',
          timeout: SESSION_MS - 10_000,
        });
        expect(stderr).toBe('');
        const { order, ...seen } = JSON.parse(stdout) as { order: string[] };
        // The response to `launch` may come at any place after `initialize`.
        expect(order).toContain('launch');
        expect({ ...seen, order: order.filter((step) => step !== 'launch') }).toEqual({
          order: [
            ...['initialize', 'initialized', 'setBreakpoints', 'setExceptionBreakpoints'],
            ...[
              'configurationDone',
              'stopped',
              'threads',
              'stackTrace',
              'scopes',
              'variables',
              'evaluate',
              'continue',
              'disconnect',
            ],
          ],
          verified: expect.any(Boolean) as boolean,
          stops: [
            {
              reason: 'breakpoint',
              thread: 'main',
              name: 'go',
              line: lineOf(PROGRAM, 'return'),
              variables: expect.arrayContaining(['skip = true', 'found = true']) as string[],
              hover: 'true',
            },
          ],
          output: 'true\n',
          exit: 0,
          adapter: 0,
        });
      },
      SESSION_MS,
    );
  },
);
