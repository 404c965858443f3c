import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';

/** The time in which the editor shows something, in milliseconds. */
const SHOW_TIMEOUT_MS = 90_000;
/** The interval of looks at the recorded messages, in milliseconds. */
const LOOK_MS = 100;

/** A window of the editor in a browser, and what its debug sessions said. */
export class Editor {
  /** @param record the file into which the recorder writes */
  constructor(browser, page, record) {
    Object.assign(this, { browser, page, record, start: 0 });
  }

  /** Opens a folder. @param options.executablePath the browser */
  static async open(address, { folder, record, executablePath }) {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(SHOW_TIMEOUT_MS);
    await page.goto(`${address}?folder=${encodeURIComponent(folder)}`);
    await page.waitForSelector('.monaco-workbench .statusbar');
    const editor = new Editor(browser, page, record);
    await editor.until(() => existsSync(record), 'the extensions to start');
    return editor;
  }

  /** All recorded messages since the last `forget`: `{ session, parent, from, message }`. */
  get messages() {
    const lines = readFileSync(this.record, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line)).slice(this.start);
  }

  /** Leaves out the messages so far. */
  forget() {
    this.start += this.messages.length;
  }

  /** The bodies of the events of a name, of all sessions. */
  events(name) {
    return this.messages.filter(({ message }) => message.event === name).map(({ message }) => message.body);
  }

  /** The text that adapters sent for the debug console. */
  output(...categories) {
    const events = this.events('output').filter(({ category }) => categories.includes(category));
    return events.map(({ output }) => output).join('');
  }

  async until(isSo, what, timeoutMs = SHOW_TIMEOUT_MS) {
    const deadline = performance.now() + timeoutMs;
    while (!(await isSo())) {
      if (performance.now() > deadline) throw new Error(`the wait was in vain for ${what}`);
      await delay(LOOK_MS);
    }
  }

  /** Waits for a number of events of a name. */
  async event(name, count = 1) {
    await this.until(() => this.events(name).length >= count, `${count} events "${name}"`);
    return this.events(name)[count - 1];
  }

  /** Runs a command by its title. */
  async command(title) {
    await this.pick(`>${title}`, title);
  }

  /** Opens a file of the folder. */
  async openFile(name) {
    await this.pick(name, name);
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
  }

  /** Sets a breakpoint at a line of the file that is open. */
  async breakAt(line) {
    const input = await this.openList();
    await input.fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.press('F9');
    await this.page
      .locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified')
      .first()
      .waitFor();
  }

  /** Types a command line into the terminal that was opened last. */
  async typeInTerminal(line) {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Resumes the program. */
  async continue() {
    await this.page.locator('.debug-toolbar .codicon-debug-continue').click();
  }

  /** Starts a configuration of launch.json. */
  async debug(name) {
    this.forget();
    await this.pick(`debug ${name}`, name);
  }

  /** Starts a configuration that a debugger itself offers, without launch.json. */
  async debugBy(debuggerName, name) {
    this.forget();
    await this.pick(`debug ${debuggerName}`, debuggerName);
    await this.choose(name);
  }

  /** Types into the editor's list of everything, and takes the entry with that text. */
  async pick(typed, text) {
    const input = await this.openList();
    await input.fill(typed);
    await this.choose(text);
  }

  /** Opens the editor's list of everything, and returns its input. The keyboard may belong to a viewer before. */
  async openList() {
    await this.page.evaluate('document.activeElement.tagName === "IFRAME" && document.activeElement.blur()');
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget:visible input[type="text"]').first();
    await input.waitFor();
    return input;
  }

  /** Takes an entry of the list that is open. */
  async choose(text) {
    const rows = this.page.locator('.quick-input-widget .monaco-list-row:visible');
    await rows.filter({ hasText: text }).first().click();
  }

  /** The lines that the debug console shows. */
  async consoleLines() {
    const rows = this.page.locator('.repl .monaco-list-row');
    return (await rows.allInnerTexts()).map((text) => text.replaceAll('\u00a0', ' '));
  }

  /** Waits until the debug console shows a text. */
  async showsInConsole(text) {
    const isShown = async () => (await this.consoleLines()).some((line) => line.includes(text));
    await this.until(isShown, `"${text}" in the debug console`);
  }

  async screenshot(path) {
    await this.page.screenshot({ path });
  }

  async close() {
    await this.browser.close();
  }
}
