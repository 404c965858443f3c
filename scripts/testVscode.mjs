/*
 * npm run test:vscode [-- POINT...] [--pictures FOLDER]
 *
 * Tests the extension in a real VS Code: code-server in Debian's Chromium. Packages the extension, installs it, starts
 * programs as a person does, and checks what the page shows and what editor and adapter said to each other. Each point can be
 * run alone, by a part of its name.
 *
 * code-server is installed from the registry once, into node_modules/.cache, or into the folder CODE_SERVER. The browser is
 * `chromium` on PATH, or the file CHROMIUM. Without one of the two the test is skipped, and says so. Requires a build.
 *
 * --pictures FOLDER   makes the pictures of the extension's page first, in that folder
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { findChromium } from '../test/support/chromium.mjs';
import { codeServer, installExtension, startServer } from '../test/vscode/codeServer.mjs';
import { Editor } from '../test/vscode/editor.mjs';
import { NEIGHBOURS } from '../test/vscode/neighbours.mjs';
import { POINTS } from '../test/vscode/points.mjs';
import { VIEWS } from '../test/vscode/views.mjs';
import { takePictures } from '../test/vscode/pictures.mjs';

/** Stands in for the window of a terminal: runs the command behind `-e`, without input. */
const TERMINAL_WINDOW = `#!/bin/sh
while [ "$1" != -e ]; do shift; done
shift
exec "$@" < /dev/null
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: 'string' } },
});
const executablePath = findChromium();
const server = executablePath === undefined ? undefined : findCodeServer();
if (executablePath === undefined) console.log('skipped: there is no Chromium: install it, or set CHROMIUM');
else if (server !== undefined) await testIn(server);

function findCodeServer() {
  try {
    return codeServer(root);
  } catch (error) {
    console.log(`skipped: code-server cannot be installed: ${error.message}`);
    return undefined;
  }
}

async function testIn(codeServerFiles) {
  const scratch = mkdtempSync(join(tmpdir(), 'vscode-'));
  try {
    const folders = {
      home: scratch,
      data: join(scratch, 'data'),
      extensions: join(scratch, 'extensions'),
      config: join(scratch, 'config.yaml'),
    };
    writeFileSync(folders.config, '');
    writeSettings(folders);
    for (const vsix of await packageExtensions(scratch)) installExtension(codeServerFiles, folders, vsix);
    const record = join(scratch, 'record.jsonl');
    const running = await startServer(codeServerFiles, folders, { DAP_RECORD: record });
    try {
      await runPoints({ scratch, record, address: running.address });
    } finally {
      await running.end();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Settings that keep the page the same for every run. */
function writeSettings({ home, data }) {
  const terminalWindow = join(home, 'terminal-window');
  writeFileSync(terminalWindow, TERMINAL_WINDOW, { mode: 0o755 });
  const folder = join(data, 'User');
  mkdirSync(folder, { recursive: true });
  const settings = {
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.commandCenter.enabled': false,
    'debug.javascript.autoAttachFilter': 'disabled',
    'editor.minimap.enabled': false,
    'extensions.ignoreRecommendations': true,
    'terminal.external.linuxExec': terminalWindow,
  };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
}

async function packageExtensions(scratch) {
  const own = join(scratch, 'own.vsix');
  execFileSync(process.execPath, [join(root, 'scripts', 'package.mjs'), '--out', own], { stdio: 'ignore' });
  const recorder = join(scratch, 'recorder.vsix');
  await createVSIX({
    cwd: join(root, 'test', 'vscode', 'fixtures', 'recorder'),
    packagePath: recorder,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return [recorder, own];
}

/** Compiles a TypeScript file of the workspace, with a source map. */
function compile(file, outDir) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--outDir', outDir, '--sourceMap', '--target', 'es2022', '--module', 'commonjs'];
  const quiet = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types'), '--ignoreConfig'];
  execFileSync(process.execPath, [tsc, file, ...options, ...quiet], { stdio: 'inherit' });
}

async function runPoints({ scratch, record, address }) {
  // With a blank in it, as many people have.
  const folder = join(scratch, 'my workspace');
  cpSync(join(root, 'test', 'vscode', 'fixtures', 'workspace'), folder, { recursive: true });
  compile(join(folder, 'src', 'prints.ts'), join(folder, 'out'));
  const editor = await Editor.open(address, { folder, record, executablePath });
  const points = { ...POINTS, ...VIEWS, ...NEIGHBOURS };
  try {
    if (values.pictures !== undefined) await takePictures(editor, values.pictures);
    for (const [name, check] of Object.entries(points)) {
      if (isWanted(name)) {
        await runPoint(editor, folder, name, check);
      }
    }
  } finally {
    await editor.close();
  }
}

/** True if the command line has no names, or a part of this one. */
function isWanted(name) {
  return positionals.length === 0 || positionals.some((part) => name.includes(part));
}

async function runPoint(editor, folder, name, check) {
  const start = performance.now();
  editor.forget();
  try {
    await check(editor, folder);
    await editor.removeBreakpoints();
    console.log(`passed ${name} (${Math.round((performance.now() - start) / 1000)} s)`);
  } catch (error) {
    console.log(`FAILED ${name}: ${error.stack}`);
    process.exitCode = 1;
    const picture = join(tmpdir(), `vscode-${name.replaceAll(/\W+/g, '-')}.png`);
    await editor.screenshot(picture).then(() => console.log(`  the page: ${picture}`));
    await editor.page.keyboard.press('Escape');
    await editor.page.keyboard.press('Shift+F5');
    await editor.event('terminated').catch(() => undefined);
    await editor.removeBreakpoints().catch(() => undefined);
  }
}
