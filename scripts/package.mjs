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
import { bundleLauncher } from './bundle.mjs';
import { sbom } from './sbom.mjs';
import { packagesOf, thirdPartyNotices } from './thirdPartyNotices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const npmManifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const packagePath = resolve(values.out ?? `${root}${npmManifest.name}-${npmManifest.version}.vsix`);
const sbomPath = `${packagePath.replace(/\.vsix$/, '')}.cdx.json`;

const ICON = 'images/icon.png';
const ENTRY = 'dist/vscode/extension.cjs';

const stage = mkdtempSync(join(tmpdir(), 'vsix-'));
try {
  writeJson('package.json', manifest(npmManifest));
  for (const name of ['LICENSE', 'CHANGELOG.md']) copy(name);
  copy(`docs/${ICON}`, ICON);
  write('README.md', withImages(read('docs/vscode.md'), `${root}docs`));
  const bundled = packagesOf(await bundleAll());
  write('ThirdPartyNotices.txt', thirdPartyNotices(bundled));
  writeFileSync(sbomPath, `${JSON.stringify(sbom(root, npmManifest, bundled), null, 2)}\n`);
  // All files in the folder belong to the extension.
  write('.vscodeignore', '');
  await createVSIX({
    cwd: stage,
    packagePath,
    dependencies: false,
    // The pictures are in the README itself, and all other links are absolute.
    rewriteRelativeLinks: false,
  });
} finally {
  rmSync(stage, { recursive: true, force: true });
}
console.log(packagePath);
console.log(sbomPath);

/** Returns the extension's manifest: the entries in common with npm, and the entries for VS Code. */
function manifest({ name, version, description, keywords, license, repository, bugs, homepage, ...more }) {
  const { type, engines, contributes } = more;
  return {
    name,
    version,
    description,
    keywords,
    license,
    repository,
    bugs,
    homepage,
    type,
    contributes,
    displayName: 'Node.js Debugger (debug-adapter-ipc)',
    // Not a marketplace account: the extension is installed from its file.
    publisher: name,
    categories: ['Debuggers'],
    icon: ICON,
    main: `./${ENTRY}`,
    engines: { ...engines, vscode: '^1.96.0' },
    activationEvents: [`onDebugResolve:${name}`, `onDebugDynamicConfigurations:${name}`],
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
    ...(await bundle('src/cli/main.ts', 'dist/cli', 'js')),
    ...(await bundleLauncher(`${root}dist/`, join(stage, 'dist/launcher/main.cjs'))),
    ...(await bundle('src/vscode/extension.ts', dirname(ENTRY), 'cjs')),
  ];
}

async function bundle(input, folder, extension) {
  const { output } = await build({
    input: `${root}${input}`,
    platform: 'node',
    external: ['vscode'],
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'warn',
    output: {
      dir: join(stage, folder),
      format: extension === 'cjs' ? 'cjs' : 'esm',
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `[name].${extension}`,
    },
  });
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}

/** Embeds the images in the text: VS Code does not show images from an extension's folder. */
function withImages(markdown, folder) {
  return markdown.replace(/!\[([^\]]*)\]\(([^)]+\.png)\)/g, (_, text, path) => {
    return `![${text}](data:image/png;base64,${readFileSync(join(folder, path)).toString('base64')})`;
  });
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
