import { closeSync, copyFileSync, openSync, readFileSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { projectPath, runCli } from '../support/cliProcess.js';
import { findChromium } from '../support/chromium.mjs';
import { newTracePath } from '../support/traces.js';

const MANY = 20_000;

const executablePath = findChromium();
let browser: Browser | undefined;
afterAll(() => browser?.close());

/** Opens a page, without a network. @returns the page and what its console had */
async function open(
  path: string,
  width = 1200,
): Promise<{ page: Page; errors: string[]; requests: string[] }> {
  browser ??= await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width, height: 700 } });
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector('.row.selected, .slot');
  await page.waitForSelector('progress', { state: 'detached' });
  return { page, errors, requests };
}

async function view(path: string): Promise<string> {
  const output = `${path}.html`;
  const { code, stderr } = await runCli(['trace', 'view', '-o', output, path]);
  expect([code, stderr]).toEqual([0, '']);
  return output;
}

/** A copy of a log, in a directory of its own. */
function copyOf(name: string): string {
  const path = newTracePath();
  copyFileSync(projectPath(`test/unit/trace/fixtures/${name}`), path);
  return path;
}

/** A trace of so many output events, with a request at the beginning and a failure at the end. */
function longTrace(count: number): string {
  const path = newTracePath();
  const file = openSync(path, 'w');
  const head = '"session":"1","side":"adapter","link":"client"';
  const line = (at: number, facts: string, message: object): string =>
    `{"time":${at},"mono":${at},${head},${facts},"bytes":100,"message":${JSON.stringify(message)}}\n`;
  const header = '{"trace":"debug-adapter-ipc","version":1,"started":"","pid":1,"redacted":true}\n';
  const initialize = { seq: 1, type: 'request', command: 'initialize', arguments: { adapterID: 'x' } };
  let batch =
    header + line(0, '"kind":"request","direction":"received","name":"initialize","seq":1', initialize);
  for (let at = 1; at < count - 1; at++) {
    const output = { seq: at, type: 'event', event: 'output', body: { output: `</script><b>line ${at}` } };
    batch += line(at, `"kind":"event","direction":"sent","name":"output","seq":${at}`, output);
    if (batch.length > 100_000) {
      writeSync(file, batch);
      batch = '';
    }
  }
  const answer = {
    seq: count,
    type: 'response',
    request_seq: 1,
    command: 'initialize',
    success: false,
    message: 'no',
  };
  const facts = `"kind":"response","direction":"sent","name":"initialize","seq":${count},"of":1,"ok":false`;
  writeSync(file, batch + line(count, facts, answer));
  closeSync(file);
  return path;
}

/** A page that nobody sees may draw no frames, so the wait does not count frames. */
const SOON = { timeout: 15_000 };

async function shown(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.locator('output').textContent(), SOON).toBe(text);
}

describe('the page of a trace', () => {
  it('is small, and allows no script but its own', () => {
    const page = brotliDecompressSync(readFileSync(projectPath('dist/cli/viewer.html.br'))).toString('utf8');
    expect(page.length).toBeLessThan(100_000);
    expect(page).toMatch(/content="default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'"/);
  });
});

const inChromium = executablePath === undefined ? describe.skip : describe;
inChromium('the page of a trace, in Chromium (skipped where there is none)', () => {
  it('shows a session as a timeline, and each message with what changed', async () => {
    const { page, errors, requests } = await open(await view(copyOf('loggingSession.txt')));
    expect(await page.locator('.row.request').first().textContent()).toContain('initialize');
    await page.keyboard.press('End');
    expect(await page.locator('.row.selected').textContent()).toContain('disconnect');
    await page.keyboard.press('Home');
    await page.keyboard.press('n');
    expect(await page.locator('.problem').first().textContent()).toMatch(/⚠ sequence/);
    await page.keyboard.press('/');
    await page.keyboard.type('variables');
    await shown(page, '5 shown');
    await page.locator('.row.request').last().click();
    expect(await page.locator('.detail').textContent()).toContain('variablesReference: 7');
    expect(await page.locator('.row.related').count()).toBe(1);
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
  });

  it('shows a long trace to its last message, and finds a text in it', async () => {
    const { page, errors } = await open(await view(longTrace(MANY)));
    await page.keyboard.press('End');
    expect(await page.locator('.row.selected').textContent()).toContain('initialize');
    expect(await page.locator('.row.selected').getAttribute('class')).toContain('failed');
    await page.locator('input[type=search]').fill('line 12345');
    await shown(page, '1 shown');
    // The list is drawn in the frame after that.
    await expect.poll(() => page.locator('.slot').count(), SOON).toBe(1);
    expect(errors).toEqual([]);
  });

  it('fits a narrow window', async () => {
    const { page } = await open(await view(copyOf('dlv.txt')), 320);
    const wider = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    expect(wider).toBe(false);
    expect(await page.locator('.row .name').nth(1).isVisible()).toBe(true);
  });
});
