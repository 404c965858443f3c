import assert from 'node:assert/strict';

/** What the views show of a program that has stopped. */
export const VIEWS = {
  async 'an uncaught error says its message once'(editor) {
    await editor.debug('run throws');
    await editor.event('stopped');
    const widget = editor.page.locator('.exception-widget');
    await widget.first().waitFor();
    const text = await widget.first().innerText();
    assert.equal(text.match(/no tea left/g)?.length, 1, text);
    await editor.continue();
    await editor.event('terminated');
  },
};
