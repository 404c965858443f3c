import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The label of the debugger in the editor's list. */
const DEBUGGER = 'Node.js (debug-adapter-ipc)';

/** Other ways to start a program. Those that open another workspace come last. */
export const NEIGHBOURS = {
  async 'a compound starts all of its programs'(editor) {
    await editor.debug('run both');
    await editor.event('terminated', 2);
    assert.deepEqual(
      editor.events('exited').map(({ exitCode }) => exitCode),
      [0, 0],
    );
    assert.match(editor.output('stdout'), /after the assertion/);
    assert.match(editor.output('stdout'), /line 198/);
  },

  async 'a task runs before the program'(editor) {
    await editor.debug('run prepared');
    await editor.event('terminated');
    assert.match(editor.output('stdout'), /prepared: true/);
  },

  async 'a program in the integrated terminal stops, and the debug console does not cover it'(editor) {
    await editor.openFile('asserts.js');
    await editor.breakAt(2);
    await editor.debug('run in terminal');
    await editor.event('stopped');
    await editor.page.locator('.terminal-wrapper.active').waitFor();
    assert.equal(await editor.page.locator('.repl:visible').count(), 0);
    await editor.continue();
    await editor.event('terminated');
    assert.deepEqual(
      editor.events('exited').map(({ exitCode }) => exitCode),
      [0],
    );
  },

  async 'a .mts file runs, or the page says what is missing'(editor) {
    await editor.openFile('typed.mts');
    await editor.debugBy(DEBUGGER, 'Current file');
    if (process.features.typescript) {
      await editor.showsInConsole('typed 3');
      return;
    }
    const dialog = editor.page.locator('.monaco-dialog-box', { hasText: 'tsx' });
    await dialog.waitFor();
    await editor.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  },

  async 'a file of the second folder runs in that folder'(editor, folder) {
    const other = join(dirname(folder), 'other folder');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'package.json'), '{ "name": "other" }\n');
    writeFileSync(
      join(other, 'second.js'),
      `console.log('hello from', require('./package.json').name, process.cwd());\n`,
    );
    const workspace = join(dirname(folder), 'two.code-workspace');
    const folders = [folder, other].map((path) => ({ path }));
    writeFileSync(workspace, JSON.stringify({ folders }));
    await editor.reopen({ workspace });
    await editor.openFile('second.js');
    await editor.debugBy(DEBUGGER, 'Current file');
    await editor.event('terminated');
    await editor.showsInConsole(`hello from other ${other}`);
  },

  async 'a single file runs without a folder'(editor, folder) {
    await editor.reopen({ ew: 'true' });
    await editor.openPath(join(folder, 'main.js'));
    await editor.debugBy(DEBUGGER, 'Current file');
    await editor.event('terminated');
    await editor.showsInConsole('hello from orders');
  },
};
