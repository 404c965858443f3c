/*
 * npm run package [-- --out FILE]    makes the extension for VS Code, debug-adapter-ipc-VERSION.vsix, and beside
 *                                    it the list of what is in it, debug-adapter-ipc-VERSION.cdx.json
 *
 * Everything is bundled: the extension has no node_modules. package.json is also npm's manifest, so entries
 * for the extension are added here, and entries for npm alone are removed. Requires a build.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { build } from 'rolldown';
import { bundleLauncher, bundleViewer } from './bundle.mjs';
import { sbom } from './sbom.mjs';
import { packagesOf, thirdPartyNotices } from './thirdPartyNotices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const npmManifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const packagePath = resolve(values.out ?? `${root}${npmManifest.name}-${npmManifest.version}.vsix`);
const sbomPath = `${packagePath.replace(/\.vsix$/, '')}.cdx.json`;

const ICON = 'images/icon.png';
/** The pictures of the page and of the walkthrough, made by `npm run test:vscode -- --pictures docs/images/vscode`. */
const PICTURES = ['stopped', 'console'].map((name) => `images/vscode/${name}.png`);
const ENTRY = 'dist/vscode/extension.cjs';

const WALKTHROUGH = {
  id: 'start',
  title: 'Debug a Node.js program',
  description: 'From F5 to a stopped program.',
  steps: [
    {
      id: 'run',
      title: 'Press F5',
      description:
        'Open a JavaScript or TypeScript file and press F5. A launch.json is not needed.\n[Start Debugging](command:workbench.action.debug.start)',
      media: { image: 'images/vscode/console.png', altText: 'The output of a program in the debug console' },
    },
    {
      id: 'stop',
      title: 'Stop it where you want to look',
      description:
        'Click beside a line, or press F9: the program stops there. F10 goes to the next line, F11 into a call.',
      media: {
        image: 'images/vscode/stopped.png',
        altText: 'A program that stopped, with its variables and calls',
      },
    },
    {
      id: 'terminal',
      title: 'Debug what you start by hand',
      description:
        'In a debug terminal every Node.js program is debugged: ``node main.js``, ``npm test``, ``npx tsx main.ts``.\n[Open Debug Terminal](command:debug-adapter-ipc.openDebugTerminal)',
      media: {
        image: 'images/vscode/stopped.png',
        altText: 'A program that stopped, with its variables and calls',
      },
    },
    {
      id: 'attach',
      title: 'Attach to what already runs',
      description:
        'Choose a Node.js process of yours, or a program that waits for a debugger.\n[Attach](command:debug-adapter-ipc.attachToProgram)',
      media: {
        image: 'images/vscode/stopped.png',
        altText: 'A program that stopped, with its variables and calls',
      },
    },
  ],
};

const stage = mkdtempSync(join(tmpdir(), 'vsix-'));
try {
  writeJson('package.json', manifest(npmManifest));
  for (const name of ['LICENSE', 'CHANGELOG.md']) copy(name);
  for (const picture of [ICON, ...PICTURES]) copy(`docs/${picture}`, picture);
  write('README.md', read('docs/vscode.md'));
  const bundled = packagesOf(await bundleAll());
  write('ThirdPartyNotices.txt', thirdPartyNotices(bundled));
  writeFileSync(sbomPath, `${JSON.stringify(sbom(root, npmManifest, bundled), null, 2)}\n`);
  // All files in the folder belong to the extension.
  write('.vscodeignore', '');
  await createVSIX({
    cwd: stage,
    packagePath,
    dependencies: false,
    // The pictures are packaged, and all other links are absolute.
    rewriteRelativeLinks: false,
  });
} finally {
  rmSync(stage, { recursive: true, force: true });
}
console.log(packagePath);
console.log(sbomPath);

/** Returns the extension's manifest: the entries in common with npm, and the entries for VS Code. */
function manifest({ name, version, keywords, license, repository, bugs, homepage, ...more }) {
  const { type, engines, contributes } = more;
  return {
    name,
    version,
    description:
      'Debugs Node.js programs in JavaScript and TypeScript, npm scripts, child processes and workers.',
    keywords,
    license,
    repository,
    bugs,
    homepage,
    type,
    contributes: { ...contributes, walkthroughs: [WALKTHROUGH] },
    displayName: 'Node.js Debugger (debug-adapter-ipc)',
    // Not a marketplace account: the extension is installed from its file.
    publisher: name,
    categories: ['Debuggers', 'Testing', 'Other'],
    icon: ICON,
    main: `./${ENTRY}`,
    engines: { ...engines, vscode: '^1.96.0' },
    activationEvents: [
      `onDebugResolve:${name}`,
      `onDebugDynamicConfigurations:${name}`,
      // For auto attach, which is to work before the first session.
      'onStartupFinished',
    ],
    // Runs on the same machine as the program: in a container, or at the other end of SSH.
    extensionKind: ['workspace'],
    capabilities: {
      untrustedWorkspaces: { supported: false, description: 'Debugging runs the programs of the workspace.' },
      virtualWorkspaces: { supported: false, description: 'Node.js runs programs that are on disk.' },
    },
  };
}

/**
 * Copies and bundles the extension's code, in the layout of dist/.
 *
 * @returns the bundled modules
 */
async function bundleAll() {
  copy('dist/bin.cjs');
  return [
    ...(await bundle('src/cli/main.ts', 'dist/cli')),
    ...(await bundleLauncher(`${root}dist/`, join(stage, 'dist/launcher/main.cjs'))),
    ...(await bundleViewer(`${root}src/viewer/`, join(stage, 'dist/cli/viewer.html.br'))),
    ...(await bundle('src/vscode/extension.ts', dirname(ENTRY))),
  ];
}

async function bundle(input, folder) {
  const { output } = await build({
    input: `${root}${input}`,
    platform: 'node',
    external: ['vscode'],
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'warn',
    output: {
      dir: join(stage, folder),
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
    },
  });
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}

function read(path) {
  return readFileSync(`${root}${path}`, 'utf8');
}

function copy(from, to = from) {
  mkdirSync(dirname(join(stage, to)), { recursive: true });
  cpSync(`${root}${from}`, join(stage, to));
}

function write(path, text) {
  mkdirSync(dirname(join(stage, path)), { recursive: true });
  writeFileSync(join(stage, path), text);
}

function writeJson(path, value) {
  write(path, `${JSON.stringify(value, null, 2)}\n`);
}
