import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { followedAt, projectPath, runCli } from '../support/cliProcess.js';
import { findChromium } from '../support/chromium.mjs';
import { newTracePath } from '../support/traces.js';

const MANY = 20_000;

const executablePath = findChromium();
let browser: Browser | undefined;
afterAll(() => browser?.close());

/** A page, what its console had, and what it asked for. */
interface Observed {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

async function newPage(width = 1200): Promise<Observed> {
  browser ??= await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage({ viewport: { width, height: 700 } });
  onTestFinished(() => page.close());
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  return { page, errors, requests };
}

/** Opens a page of a file, and waits until it is read. */
async function open(path: string, width?: number): Promise<Observed> {
  const observed = await newPage(width);
  await observed.page.goto(pathToFileURL(path).href);
  await observed.page.waitForSelector('.slot');
  await observed.page.waitForSelector('progress', { state: 'detached' });
  return observed;
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

/** The lines of a session with an answer of the launcher, a gap of two seconds, and output after it. */
function shortTrace(): string[] {
  const sides = {
    client: '"side":"adapter","link":"client"',
    launcher: '"side":"adapter","link":"launcher"',
  };
  const line = (at: number, link: keyof typeof sides, facts: object, message: object): string =>
    `{"time":${at},"mono":${at},"session":"1",${sides[link]},${JSON.stringify(facts).slice(1, -1)},"message":${JSON.stringify(message)}}`;
  const output = (at: number): string => {
    const message = { seq: at, type: 'event', event: 'output', body: { output: `line at ${at}\n` } };
    return line(
      at,
      'client',
      { kind: 'event', direction: 'sent', name: 'output', seq: at, bytes: 500 },
      message,
    );
  };
  return [
    '{"trace":"debug-adapter-ipc","version":1,"started":"","pid":1,"redacted":true}',
    line(
      1,
      'launcher',
      { kind: 'request', direction: 'sent', name: 'pause', seq: 1 },
      { command: 'pause', id: 1 },
    ),
    line(
      5,
      'launcher',
      { kind: 'response', direction: 'received', of: 1, ok: true },
      { event: 'response', id: 1 },
    ),
    ...[2_005, 2_500, 3_000].map(output),
  ];
}

/** A page that nobody sees may draw no frames, so the wait does not count frames. */
const SOON = { timeout: 15_000 };

async function shown(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.locator('output').textContent(), SOON).toBe(text);
}

/** True if a canvas has more than its background. */
function isDrawn(element: unknown): boolean {
  const canvas = element as Canvas;
  return canvas
    .getContext('2d')
    .getImageData(0, 0, canvas.width, canvas.height)
    .data.some((part) => part > 0);
}

/** The part of the browser's canvas that is used. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
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

  it('says where the gaps are and how much output there was, and shows one lane alone', async () => {
    const path = newTracePath();
    writeFileSync(path, `${shortTrace().join('\n')}\n`);
    const { page, errors } = await open(await view(path));
    await page.locator('.summary > summary').click();
    expect(await page.locator('.summary').textContent()).toMatch(/Output: 3 events, \d+ characters a second/);
    const canvas = page.locator('.rate canvas');
    await expect.poll(() => canvas.evaluate(isDrawn), SOON).toBe(true);
    await page.getByRole('button', { name: '2000 ms' }).click();
    expect(await page.locator('.row.selected').textContent()).toMatch(/^2004\.0.*output/);
    await page.getByLabel('lane').selectOption('launcher');
    await shown(page, '2 shown');
    expect(await page.locator('.row.response').textContent()).toContain('pause #1');
    await page.getByLabel('lane').selectOption('client');
    await shown(page, '3 shown');
    expect(errors).toEqual([]);
  });

  it('can be used while it is read, and says how far that is', async () => {
    const html = readFileSync(await view(longTrace(MANY)), 'utf8');
    // The second block counts only when a third begins.
    const half =
      html.indexOf(
        'class="entries"',
        html.indexOf('class="entries"', html.indexOf('class="entries"') + 1) + 1,
      ) + 20;
    let sendRest = (): void => undefined;
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).write(html.slice(0, half));
      sendRest = () => void response.end(html.slice(half));
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { page } = await newPage();
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`, { waitUntil: 'commit' });
    await page.waitForSelector('.slot');
    await expect.poll(() => page.locator('progress').getAttribute('value'), SOON).toMatch(/^0\.[1-9]/);
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('.row.selected').textContent(), SOON).toContain('output');
    sendRest();
    await page.waitForSelector('progress', { state: 'detached' });
    await page.keyboard.press('End');
    expect(await page.locator('.row.selected').textContent()).toContain('initialize');
  });

  it('of a trace that is being written grows with it', async () => {
    const [header = '', first = '', ...rest] = shortTrace();
    const path = newTracePath();
    writeFileSync(path, `${header}\n${first}\n`);
    const address = await followedAt(path);
    const { page, errors, requests } = await newPage();
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    await shown(page, '1 shown');
    for (const [at, line] of rest.entries()) {
      appendFileSync(path, `${line}\n`);
      await shown(page, `${at + 2} shown`);
    }
    await expect.poll(() => page.locator('.row.event').count(), SOON).toBe(3);
    expect(await page.locator('.row.response').textContent()).toMatch(/pause #1.*4\.0 ms/);
    expect(requests).toEqual([address, `${address}events`]);
    expect(errors).toEqual([]);
  });

  it('has the colours of an editor with another theme than the system', async () => {
    const { page } = await open(await view(copyOf('dlv.txt')));
    for (const [theme, scheme, color] of [
      ['vscode-light', 'light', 'rgb(0, 0, 0)'],
      ['vscode-dark', 'dark', 'rgb(255, 255, 255)'],
      ['vscode-high-contrast', 'dark', 'rgb(255, 255, 255)'],
      ['vscode-high-contrast vscode-high-contrast-light', 'light', 'rgb(0, 0, 0)'],
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme === 'light' ? 'dark' : 'light' });
      await page.evaluate(`document.body.className = ${JSON.stringify(theme)}`);
      expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe(scheme);
      expect(await page.evaluate("getComputedStyle(document.querySelector('.slot .name')).color")).toBe(
        color,
      );
    }
  });

  it('fits a narrow window', async () => {
    const { page } = await open(await view(copyOf('dlv.txt')), 320);
    const wider = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    expect(wider).toBe(false);
    expect(await page.locator('.row .name').nth(1).isVisible()).toBe(true);
  });
});
