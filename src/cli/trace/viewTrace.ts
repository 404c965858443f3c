import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { commandFile } from '../../processes/launcherFile.js';
import { readTrace } from '../../trace/reading/readTrace.js';
import { tracePage } from '../../trace/view/tracePage.js';
import { writeNew } from './writeTrace.js';

/** The page without data, packed. The build puts it beside the command. */
const PAGE = join('cli', 'viewer.html.br');
/** The programs that open a file in the user's browser. */
const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/**
 * Writes a page that shows a trace, or another program's log.
 *
 * @throws UsageError as `readTrace`, and if there is a file at `output`
 */
export function viewTrace(path: string, output: string): void {
  const characters = statSync(path, { throwIfNoEntry: false })?.size;
  writeNew(output, tracePage(emptyPage(), basename(path), readTrace(path), characters));
}

/** The page without data. */
export function emptyPage(): string {
  return brotliDecompressSync(readFileSync(join(dirname(commandFile()), PAGE))).toString('utf8');
}

/** Opens a file with the program that the system has for it. Without such a program nothing happens. */
export function openFile(path: string): void {
  const [command = '', ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, path], { stdio: 'ignore', detached: true, windowsHide: true });
  child.once('error', () => undefined);
  child.unref();
}
