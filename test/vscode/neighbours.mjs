import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The label of the debugger in the editor's list. */
const DEBUGGER = 'Node.js (debug-adapter-ipc)';

/** Chooses which programs of ordinary terminals are debugged, and waits until that is in effect. */
async function autoAttach(editor, mode) {
  const { page } = editor;
  await editor.command('Debug: Toggle Auto Attach (debug-adapter-ipc)');
  await editor.choose(mode);
  const isInEffect = async () => {
    await editor.command('Debug: Toggle Auto Attach (debug-adapter-ipc)');
    const field = page.locator('.quick-input-widget:visible input[placeholder*="Which programs"]').first();
    await field.waitFor();
    const text = await field.getAttribute('placeholder');
    await page.keyboard.press('Escape');
    return text.endsWith(`Now: ${mode}`);
  };
  await editor.until(isInEffect, `auto attach to be ${mode}`);
}

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

  async 'a program in a terminal window of its own stops, too'(editor) {
    await editor.openFile('asserts.js');
    await editor.breakAt(2);
    await editor.debug('run in window');
    await editor.event('stopped');
    const asked = editor.messages.filter(
      ({ message: { type, command } }) => type === 'request' && command === 'runInTerminal',
    );
    assert.deepEqual(
      asked.map(({ message }) => message.arguments.kind),
      ['external'],
    );
    await editor.continue();
    await editor.event('terminated');
    assert.deepEqual(
      editor.events('exited').map(({ exitCode }) => exitCode),
      [0],
    );
  },

  async 'auto attach debugs what is started in an ordinary terminal, until it is switched off'(editor) {
    await editor.openFile('asserts.js');
    await editor.breakAt(2);
    await autoAttach(editor, 'always');
    await editor.command('Terminal: Create New Terminal');
    editor.forget();
    await editor.typeInTerminal('node asserts.js');
    await editor.event('stopped');
    assert.match(editor.messages[0].session, /^asserts\.js \[\d+\]$/);
    await editor.continue();
    await editor.event('terminated');
    await editor.command('Terminal: Kill the Active Terminal Instance');
    await autoAttach(editor, 'disabled');
  },

  async 'a copied command line starts the program in any terminal, and the list attaches to it'(editor) {
    const { page, address } = editor;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address });
    await editor.openFile('asserts.js');
    await editor.breakAt(2);
    await editor.command('Debug: Copy Launch Command (debug-adapter-ipc)');
    await page.getByText('Copied. Run it in a terminal').first().waitFor();
    const line = await page.evaluate('navigator.clipboard.readText()');
    assert.match(line, /^node \S+ launch --listen auto --program .*asserts\.js'?$/);
    await editor.command('Terminal: Create New Terminal');
    editor.forget();
    await editor.typeInTerminal(line);
    const list = page.locator('.quick-input-widget:visible', {
      has: page.getByPlaceholder('The program to attach to'),
    });
    const waiting = list.locator('.monaco-list-row', { hasText: 'Waits for a debugger' });
    const isListed = async () => {
      await editor.command('Debug: Attach to a Program (debug-adapter-ipc)');
      await list.locator('.monaco-list-row').first().waitFor();
      if ((await waiting.count()) > 0) return true;
      await page.keyboard.press('Escape');
      return false;
    };
    await editor.until(isListed, 'the program in the list');
    // It is the first, which is chosen already. By the keyboard: the whole command line floats over the entry.
    await page.keyboard.press('Enter');
    await editor.event('stopped');
    await editor.continue();
    await editor.event('terminated');
    await editor.command('Terminal: Kill the Active Terminal Instance');
  },

  async 'restart starts the program and its child again, and stop ends both without a remark'(editor) {
    await editor.debug('run family');
    await editor.until(() => editor.output('stdout').includes('the member says'), 'the child');
    editor.forget();
    await editor.page.locator('.debug-toolbar .codicon-debug-restart').click();
    await editor.until(() => editor.output('stdout').includes('the member says'), 'the child again');
    await editor.page.locator('.debug-toolbar .codicon-debug-stop').click();
    await editor.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    assert.doesNotMatch(editor.output('console', 'important'), /without telling|lost|unknown/);
  },

  async 'the walkthrough is there, with its pictures'(editor) {
    await editor.command('Welcome: Open Walkthrough...');
    await editor.choose('Debug a Node.js program');
    const { page } = editor;
    await page.locator('.gettingStartedContainer', { hasText: 'Press F5' }).waitFor();
    for (const step of ['Press F5', 'Stop it where you want to look', 'Debug what you start by hand']) {
      await page.locator('.gettingStartedContainer .getting-started-step', { hasText: step }).first().click();
      const width = () =>
        page.evaluate('document.querySelector(".getting-started-media img")?.naturalWidth ?? 0');
      await editor.until(async () => (await width()) > 0, `the picture of "${step}"`);
    }
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
    await editor.openAlone(join(folder, 'main.js'));
    await editor.debugBy(DEBUGGER, 'Current file');
    await editor.event('terminated');
    await editor.showsInConsole('hello from orders');
  },
};
