/*
 * npm run test:viewer [-- --messages N] [--pictures FOLDER]
 *
 * Opens the page of a trace with a million messages in Debian's Chromium, and measures: how long it takes to open, to scroll
 * and to filter. With --pictures it makes the pictures of the documentation from a session of its own. Requires a build. The
 * browser is `chromium` on PATH, or the file CHROMIUM; without one the test is skipped, and says so.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium } from '../test/support/chromium.mjs';

/** The longest time of a frame while the list scrolls, and of a filter, in milliseconds. */
const MAX_FRAME_MS = 50;
const MAX_FILTER_MS = 300;
const STEPS = 60;
const WAIT_MS = 300_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { messages: { type: 'string', default: '1000000' }, pictures: { type: 'string' } },
});
const executablePath = findChromium();
const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
try {
  if (executablePath === undefined) console.log('skipped: there is no Chromium: install it, or set CHROMIUM');
  else await test(executablePath);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function test(executablePath) {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--force-device-scale-factor=1'],
  });
  try {
    if (values.pictures !== undefined) await takePictures(browser, values.pictures);
    else await measure(browser, Number(values.messages));
  } finally {
    await browser.close();
  }
}

async function measure(browser, messages) {
  const trace = join(folder, 'long.jsonl');
  writeLongTrace(trace, messages);
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const made = await timed(() => pageOf(trace));
  const began = performance.now();
  await page.goto(pathToFileURL(made.result).href, { timeout: WAIT_MS, waitUntil: 'commit' });
  await page.waitForSelector('.slot', { timeout: WAIT_MS });
  const shown = performance.now() - began;
  await page.waitForSelector('progress', { state: 'detached', timeout: WAIT_MS });
  const opened = performance.now() - began;
  await page.evaluate(scrollThrough, 5);
  const frames = await page.evaluate(scrollThrough, STEPS);
  const filter = await page.evaluate(filterFor, `line ${Math.floor(messages / 2)}`);
  const median = frames.sort((a, b) => a - b)[Math.floor(frames.length / 2)];
  const worst = frames.at(-1);
  console.log(
    `${messages} messages: the page made in ${made.ms.toFixed(0)} ms, first shown ${shown.toFixed(0)} ms, all ` +
      `${opened.toFixed(0)} ms, frame median ${median.toFixed(1)} ms, longest ${worst.toFixed(1)} ms, ` +
      `filter ${filter.toFixed(0)} ms`,
  );
  if (worst > MAX_FRAME_MS) faults.push(`a frame takes more than ${MAX_FRAME_MS} ms`);
  if (filter > MAX_FILTER_MS) faults.push(`a filter takes more than ${MAX_FILTER_MS} ms`);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

async function timed(work) {
  const began = performance.now();
  const result = await work();
  return { result, ms: performance.now() - began };
}

/** Scrolls from the first message to the last. @returns the time of each frame, with what the page does in it */
async function scrollThrough(steps) {
  const list = document.querySelector('.list');
  const times = [];
  for (let step = 0; step <= steps; step++) {
    await new Promise(requestAnimationFrame);
    const began = performance.now();
    list.scrollTop = ((list.scrollHeight - list.clientHeight) * step) / steps;
    await new Promise(requestAnimationFrame);
    list.getBoundingClientRect();
    times.push(performance.now() - began);
  }
  return times;
}

async function filterFor(text) {
  const input = document.querySelector('input[type=search]');
  const began = performance.now();
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  while (document.querySelector('output').textContent !== '1 shown') await new Promise(requestAnimationFrame);
  return performance.now() - began;
}

async function takePictures(browser, pictures) {
  const trace = join(folder, 'session.jsonl');
  const program = join(root, 'test/support/fixtures/steps.cjs');
  const args = [join(root, 'dist/bin.cjs'), 'debug', '--trace', trace, '--stop-on-entry', program];
  execFileSync(process.execPath, args, {
    input: 'locals\np nothingOfThisName\nn\nc\n',
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const file = pathToFileURL(pageOf(trace)).href;
  for (const [colorScheme, name] of [
    ['light', 'trace.png'],
    ['dark', 'traceDark.png'],
  ]) {
    const page = await browser.newPage({ viewport: { width: 1100, height: 620 }, colorScheme });
    await page.goto(file);
    await page.locator('.summary > summary').click();
    await page.locator('.row.response').nth(4).click();
    await page.screenshot({ path: join(pictures, name) });
    await page.close();
  }
}

function pageOf(trace) {
  const output = `${trace}.html`;
  execFileSync(process.execPath, [join(root, 'dist/bin.cjs'), 'trace', 'view', '-o', output, trace], {
    stdio: 'ignore',
  });
  return output;
}

function writeLongTrace(path, count) {
  const file = openSync(path, 'w');
  const origin = '"session":"1","side":"adapter","link":"client"';
  let batch = '{"trace":"debug-adapter-ipc","version":1,"started":"","pid":1,"redacted":true}\n';
  for (let at = 1; at <= count; at++) {
    const message = `{"seq":${at},"type":"event","event":"output","body":{"category":"stdout","output":"line ${at}\\n"}}`;
    const facts = `"kind":"event","direction":"sent","name":"output","seq":${at},"bytes":${message.length}`;
    batch += `{"time":${at},"mono":${at},${origin},${facts},"message":${message}}\n`;
    if (batch.length > 1_000_000) {
      writeSync(file, batch);
      batch = '';
    }
  }
  writeSync(file, batch);
  closeSync(file);
}
