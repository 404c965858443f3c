import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

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
  await editor.screenshot(join(folder, 'stopped.png'));
  await editor.continue();
  await editor.event('terminated');
  await editor.showsInConsole('exited with code 0');
  await editor.screenshot(join(folder, 'console.png'));
}
