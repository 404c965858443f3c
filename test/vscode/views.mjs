import assert from 'node:assert/strict';

/** The time after which the frame of an error is chosen by hand, in milliseconds. */
const WIDGET_MS = 30_000;

/** What the views show of a program that has stopped. */
export const VIEWS = {
  async 'variables and calls have their names, getters wait for a click, and elements come first'(editor) {
    const { page } = editor;
    await editor.openFile('main.js');
    await editor.breakAt(15);
    await page.keyboard.press('Control+Shift+D');
    await editor.debug('run main');
    await editor.event('stopped');
    await page.locator('.debug-call-stack .stack-frame', { hasText: 'OrderBook.total' }).first().waitFor();
    await page.locator('.debug-pane', { hasText: 'Paused on breakpoint' }).first().waitFor();
    const row = (text) => page.locator('.debug-variables .monaco-list-row', { hasText: text }).first();
    await editor.open(row(/^this/));
    await row(/^size/).locator('.codicon-eye').click();
    await row(/^size/).locator('.value', { hasText: /^2$/ }).waitFor();
    await editor.open(row(/^orders/));
    await row(/^0.*'tea'/).waitFor();
    const names = await page.locator('.debug-variables .monaco-list-row .name').allInnerTexts();
    const first = names.findIndex((name) => name.startsWith('orders')) + 1;
    assert.match(names.slice(first, first + 2).join(), /^0\b.*,1\b/);
    await editor.continue();
    await editor.event('terminated');
  },

  async 'a missing runtime is said first, without the inside of the debugger'(editor) {
    await editor.debug('run missing');
    const dialog = editor.page.locator('.monaco-dialog-box').first();
    await dialog.waitFor();
    const text = await dialog.innerText();
    assert.match(text, /\/opt\/no-such-node/);
    assert.doesNotMatch(text, /PATH|sock|--ipc/);
    await editor.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  },

  async 'styles of %c are shown'(editor) {
    await editor.debug('run styled');
    await editor.event('terminated');
    await editor.showsInConsole('green plain');
    const green = editor
      .rowOf('green plain')
      .locator('span', { hasText: /^green $/ })
      .last();
    assert.equal(await green.evaluate((span) => getComputedStyle(span).color), 'rgb(0, 128, 0)');
  },

  async 'an uncaught error says its message once'(editor) {
    await editor.page.keyboard.press('Control+Shift+D');
    await editor.debug('run throws');
    await editor.event('stopped');
    const widget = editor.page.locator('.exception-widget').first();
    const frame = editor.page.locator('.debug-call-stack .stack-frame').first();
    // An editor that is busy may show the frame without the widget, until somebody chooses the frame.
    await widget.waitFor({ timeout: WIDGET_MS }).catch(() => frame.click());
    await widget.waitFor();
    const text = await widget.innerText();
    assert.equal(text.match(/no tea left/g)?.length, 1, text);
    await editor.continue();
    await editor.event('terminated');
  },
};
