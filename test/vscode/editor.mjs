import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';

/** The time in which the editor shows something, in milliseconds. */
const SHOW_TIMEOUT_MS = 180_000;
/** The time after which a list that has not opened, or has closed again, is opened once more, in milliseconds. */
const REOPEN_MS = 5_000;
/** The interval of looks at the recorded messages, in milliseconds. */
const LOOK_MS = 100;

const FOCUS_CONSOLE = 'Debug Console: Focus on Debug Console View';
/** The field and the entries of the list that is open. */
const INPUT = '.quick-input-widget:visible input[type="text"]';
const ROW = '.quick-input-widget .monaco-list-row:visible';

/** A window of the editor in a browser, and what its debug sessions said. */
export class Editor {
  /** @param options.record the file into which the recorder writes */
  constructor(browser, page, { address, record }) {
    Object.assign(this, { browser, page, address, record, start: 0, breakpoints: [] });
  }

  /** Opens a folder. @param options.executablePath the browser */
  static async open(address, { folder, record, executablePath }) {
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(SHOW_TIMEOUT_MS);
    const editor = new Editor(browser, page, { address, record });
    await editor.reopen({ folder });
    return editor;
  }

  /** Opens a folder, a workspace or an empty window. @param query as in the editor's address */
  async reopen(query) {
    const before = this.starts;
    await this.page.goto(`${this.address}?${new URLSearchParams(query)}`);
    await this.page.waitForSelector('.monaco-workbench .statusbar');
    await this.until(() => this.starts > before, 'the extensions to start');
  }

  /** How often the editor's extensions have started. */
  get starts() {
    const lines = existsSync(this.record) ? readFileSync(this.record, 'utf8').split('\n') : [];
    return lines.filter((line) => line.startsWith('{"session":"","from":"recorder"')).length;
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

  /** Opens an empty window with one file. */
  async openAlone(path) {
    const uri = `vscode-remote://${new URL(this.address).host}${encodeURI(path)}`;
    await this.reopen({ ew: 'true', payload: JSON.stringify([['openFile', uri]]) });
    await this.page.waitForSelector(`.tab.active[data-resource-name="${basename(path)}"]`);
  }

  /** Sets a breakpoint at a line of the file that is open. */
  async breakAt(line) {
    const file = await this.page.locator('.tab.active').first().getAttribute('data-resource-name');
    this.breakpoints.push({ file, line });
    await this.toggleBreakpoint(line);
    await this.page
      .locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified')
      .first()
      .waitFor();
  }

  /** Removes the breakpoints that were set, so that they stop no later program. */
  async removeBreakpoints() {
    for (const { file, line } of this.breakpoints.splice(0)) {
      await this.openFile(file);
      await this.toggleBreakpoint(line);
    }
  }

  async toggleBreakpoint(line) {
    await this.type(`:${line}`, `line ${line}`);
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.press('F9');
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
    await this.type(typed, text);
    await this.choose(text);
  }

  /**
   * Opens the editor's list of everything and types, until it shows an entry with a text. The keyboard may belong to a
   * viewer before, and a viewer that comes late closes the list again.
   */
  async type(typed, text) {
    const input = this.page.locator(INPUT).first();
    const row = this.page.locator(ROW, { hasText: text }).first();
    const patience = { timeout: REOPEN_MS };
    const isShown = async () => {
      await this.page.evaluate(
        'document.activeElement.tagName === "IFRAME" && document.activeElement.blur()',
      );
      // In an open list the keys would take an entry.
      if (!(await input.isVisible())) await this.page.keyboard.press('Control+P');
      try {
        await input.fill(typed, patience);
        await row.waitFor(patience);
        return true;
      } catch {
        return false;
      }
    };
    await this.until(isShown, `"${text}" in the list`);
  }

  /** Takes an entry of the list that is open. */
  async choose(text) {
    await this.page.locator(ROW, { hasText: text }).first().click();
  }

  /** The lines that the debug console shows. */
  async consoleLines() {
    const rows = this.page.locator('.repl .monaco-list-row');
    return (await rows.allInnerTexts()).map((text) => text.replaceAll('\u00a0', ' '));
  }

  /** Types an expression into the debug console. */
  async evaluate(expression) {
    await this.page.locator('.repl-input-wrapper .monaco-editor').first().click();
    await this.page.keyboard.type(expression);
    await this.page.keyboard.press('Enter');
  }

  /** The row of the debug console with a text. */
  rowOf(text) {
    return this.page.locator('.repl .monaco-list-row', { hasText: text }).first();
  }

  /** Opens the value in a row of the debug console. */
  async open(row) {
    await row.locator('.monaco-tl-twistie.collapsible').first().click();
  }

  /** Waits until the debug console shows a text. */
  async showsInConsole(text) {
    // It opens by itself at the first session alone, and a terminal may lie over it.
    if (!(await this.page.locator('.repl').first().isVisible())) await this.command(FOCUS_CONSOLE);
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
