import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallPng } from './smallPng.mjs';

/** The largest picture, in bytes: all of them are part of the extension. */
const MAX_BYTES = 60_000;

/** Makes the pictures of the extension's page. */
export async function takePictures(editor, folder) {
  mkdirSync(folder, { recursive: true });
  const { page } = editor;
  await editor.openFile('main.js');
  await editor.breakAt(15);
  // The first scope opens by itself in a view that is there at the stop.
  await page.keyboard.press('Control+Shift+D');
  await editor.debugBy('Node.js (debug-adapter-ipc)', 'Current file');
  await editor.event('stopped');
  await page.locator('.debug-call-stack .stack-frame').first().waitFor();
  await page.locator('.debug-variables .monaco-list-row', { hasText: 'this' }).first().waitFor();
  await take('stopped');
  await editor.continue();
  await editor.event('terminated');
  await editor.showsInConsole('exited with code 0');
  await take('console');
  await editor.removeBreakpoints();
  await editor.openFile('asyncs.js');
  await editor.breakAt(3);
  await editor.command('Debug: Open Debug Terminal (debug-adapter-ipc)');
  editor.forget();
  await editor.typeInTerminal('clear; node asyncs.js');
  await editor.event('stopped');
  await page.locator('.debug-call-stack .stack-frame', { hasText: 'second' }).first().waitFor();
  await take('terminal');
  await editor.continue();
  await editor.event('terminated');
  await editor.command('Terminal: Kill the Active Terminal Instance');
  await editor.removeBreakpoints();

  async function take(name) {
    const picture = smallPng(await page.screenshot());
    if (picture.length > MAX_BYTES) throw new Error(`${name}.png has ${picture.length} bytes`);
    writeFileSync(join(folder, `${name}.png`), picture);
  }
}
