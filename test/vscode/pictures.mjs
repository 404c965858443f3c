import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the pictures of the extension's page. */
export async function takePictures(editor, folder) {
  mkdirSync(folder, { recursive: true });
  const { page } = editor;
  await editor.openFile('main.js');
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input[type="text"]').first().fill(':13');
  await page.keyboard.press('Enter');
  await page.keyboard.press('F9');
  await editor.debugBy('Node.js (debug-adapter-ipc)', 'Current file');
  await editor.event('stopped');
  await editor.command('View: Show Run and Debug');
  await page.locator('.debug-call-stack .stack-frame').first().waitFor();
  await page.locator('.debug-variables .monaco-list-row', { hasText: 'this' }).first().waitFor();
  await editor.screenshot(join(folder, 'stopped.png'));
  await page.keyboard.press('F5');
  await editor.event('terminated');
  await editor.showsInConsole('exited with code 0');
  await editor.screenshot(join(folder, 'console.png'));
}
