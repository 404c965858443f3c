import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The label of the debugger in the editor's list. */
const DEBUGGER = 'Node.js (debug-adapter-ipc)';

/** The number, from 1, of the line of a file of the workspace that ends with a comment. */
function lineOf(folder, file, mark) {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What a person who presses F5 sees, point by point. Each gets the editor and the folder that is open. */
export const POINTS = {
  async 'F5 on a file runs it in the folder, without the editor’s variables'(editor) {
    await editor.openFile('main.js');
    await editor.debugBy(DEBUGGER, 'Current file');
    await editor.event('terminated');
    await editor.showsInConsole('hello from orders');
    const [, variables] = /^editor ?(.*)$/m.exec(editor.output('stdout'));
    assert.equal(variables, '');
  },

  async 'a healthy program prints its own lines, the command line and the exit code alone'(editor) {
    await editor.debug('run asserts');
    await editor.event('terminated');
    assert.equal(editor.output('important'), '');
    const lines = editor.output('console').trimEnd().split('\n');
    assert.match(lines[0], /node\S* .*asserts\.js['"]?$/);
    assert.deepEqual(lines.slice(1), ['Process exited with code 0']);
    await editor.showsInConsole('Process exited with code 0');
  },

  async 'a failing console.assert does not stop the program'(editor) {
    await editor.debug('run asserts');
    await editor.event('terminated');
    assert.deepEqual(editor.events('stopped'), []);
    await editor.showsInConsole('Assertion failed: one and one is not three');
    await editor.showsInConsole('after the assertion');
  },

  async 'stdout and stderr come in the order of the calls'(editor) {
    for (let run = 0; run < 3; run += 1) {
      await editor.debug('run order');
      await editor.event('terminated');
      const numbers = [...editor.output('stdout', 'stderr').matchAll(/line (\d+)/g)].map(([, at]) =>
        Number(at),
      );
      assert.deepEqual(
        numbers,
        Array.from({ length: 200 }, (_, at) => at),
      );
    }
  },

  async 'a child logs to the console of its parent, which shows the exit code'(editor) {
    await editor.debug('run parent');
    await editor.event('terminated', 2);
    const asked = editor.events('childSession');
    assert.equal(asked.length, 1);
    const child = editor.messages.find(({ session }) => session === asked[0].configuration.name);
    assert.equal(child.parent, 'run parent');
    for (const text of [
      'the parent begins',
      'the child works',
      'the child ended with 0',
      'exited with code 5',
    ]) {
      await editor.showsInConsole(text);
    }
    assert.equal(await editor.page.locator('.repl select, .repl-panel-action').count(), 0);
    await editor.rowOf('the child works').locator('.source', { hasText: 'child.js:1' }).waitFor();
  },

  async 'values that a child logs open in the console of its parent'(editor) {
    await editor.debug('run family');
    await editor.showsInConsole('the member says');
    await editor.open(editor.rowOf('the member says'));
    await editor.showsInConsole("name: 'tea'");
    await editor.command('Debug: Stop');
    await editor.event('terminated', 2);
  },

  async 'the program of an npm script is debugged, in the same console'(editor) {
    await editor.debug('run script');
    await editor.event('terminated', 2);
    await editor.showsInConsole('the child works');
    await editor.rowOf('the child works').locator('.source', { hasText: 'child.js:1' }).waitFor();
    assert.equal(
      editor.events('exited').every(({ exitCode }) => exitCode === 0),
      true,
    );
  },

  async 'the first stop has its async frames'(editor) {
    await editor.openFile('asyncs.js');
    await editor.breakAt(3);
    await editor.debug('run asyncs');
    await editor.event('stopped');
    await editor.page.keyboard.press('Control+Shift+D');
    const frames = editor.page.locator('.debug-call-stack .stack-frame');
    await frames.filter({ hasText: 'second' }).first().waitFor();
    assert.match((await frames.allInnerTexts()).join('\n'), /first[^]*await[^]*second/);
    await editor.continue();
    await editor.event('terminated');
  },

  async 'stacks that TypeScript prints name its sources, as links'(editor, folder) {
    await editor.debug('run prints');
    await editor.event('stopped'); // The uncaught error.
    await editor.continue();
    await editor.event('terminated');
    const place = `prints.ts:${lineOf(folder, 'src/prints.ts', 'made')}`;
    const named = editor.output('stderr').match(/at check \(.*\)/g) ?? [];
    assert.equal(named.length, 2);
    for (const line of named) assert.match(line, new RegExp(`${place}:`));
    const link = editor.page.locator('.repl a, .repl .link', { hasText: place }).first();
    await link.waitFor();
  },

  async 'the death of the adapter is said, with the way back'(editor) {
    await editor.debug('run long');
    await editor.until(() => /pid \d+/.test(editor.output('stdout')), 'the pid of the adapter');
    process.kill(Number(/pid (\d+)/.exec(editor.output('stdout'))[1]), 'SIGKILL');
    const notice = editor.page.locator('.notification-list-item, .monaco-dialog-box', {
      hasText: 'has ended in the middle of the session',
    });
    await notice.first().waitFor();
    await editor.page.getByRole('button', { name: 'Start Again' }).first().click();
    await editor.until(() => editor.events('process').length >= 2, 'the second start');
    await editor.command('Debug: Stop');
    await editor.event('terminated');
  },

  async 'a debug terminal debugs what is started in it, and closing it ends that'(editor) {
    await editor.openFile('long.js');
    await editor.breakAt(2);
    editor.forget();
    await editor.command('Debug: Open Debug Terminal (debug-adapter-ipc)');
    await editor.typeInTerminal('node long.js');
    await editor.event('stopped');
    const [{ session, parent }] = editor.messages;
    assert.match(session, /^long\.js \[\d+\]$/);
    assert.equal(parent, undefined);
    const pid = Number(/\[(\d+)\]/.exec(session)[1]);
    await editor.continue();
    assert.equal(process.kill(pid, 0), true);
    await editor.command('Debug Console: Focus on Debug Console View');
    await editor.showsInConsole('it runs, pid');
    await editor.rowOf('it runs, pid').locator('.source', { hasText: 'long.js:2' }).waitFor();
    await editor.evaluate('6 * 7');
    await editor.showsInConsole('42');
    await editor.command('Terminal: Focus Terminal');
    await editor.command('Terminal: Kill the Active Terminal Instance');
    await editor.until(() => !isAlive(pid), 'the end of the program');
    await editor.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    assert.equal(await editor.page.getByText('has ended in the middle of the session').count(), 0);
  },

  async 'a file is skipped from the call stack, which says so'(editor) {
    await editor.openFile('asserts.js');
    await editor.breakAt(2);
    await editor.debug('run asserts');
    await editor.event('stopped');
    await editor.page.keyboard.press('Control+Shift+D');
    const frame = editor.page.locator('.debug-call-stack .stack-frame').first();
    await frame.click({ button: 'right' });
    await editor.page.getByRole('menuitem', { name: 'Toggle Skipping This File' }).first().click();
    await editor.event('invalidated');
    const folded = editor.page.locator('.debug-call-stack', { hasText: 'skipped by skipFiles' });
    await folded.first().waitFor();
    await editor.continue();
    await editor.event('terminated');
  },

  async 'profiles are taken of a program that runs, and opened'(editor) {
    await editor.debug('run long');
    await editor.event('process');
    for (const [start, stop, ending] of [
      ['Start CPU Profile', 'Stop Profile', '.cpuprofile'],
      ['Start Heap Profile', 'Stop Profile', '.heapprofile'],
      ['Take Heap Snapshot', undefined, '.heapsnapshot'],
    ]) {
      await editor.command(`Debug: ${start} (debug-adapter-ipc)`);
      if (stop !== undefined) {
        await editor.page.getByText(`profile is being recorded into`).first().waitFor();
        await editor.command(`Debug: ${stop} (debug-adapter-ipc)`);
      }
      await editor.page.locator(`.tab[data-resource-name$="${ending}"]`).waitFor();
    }
    // By the mouse: the keyboard belongs to the viewer of the snapshot.
    await editor.page.locator('.debug-toolbar .codicon-debug-stop').click();
    await editor.event('terminated');
    await editor.page.locator('.tabs-container .tab').first().click();
  },
};
