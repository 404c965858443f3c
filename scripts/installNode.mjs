import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * Installs packages of the registry into a folder.
 *
 * @param args more options for npm
 * @param node runs npm, which prefers versions of packages that support it. Default: this one
 */
export function installPackages(folder, packages, args = [], node = process.execPath) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', ...args];
  execFileSync(npm, ['install', '--prefix', folder, ...options, ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  });
}

/**
 * Returns the path of a Node.js of a release line, such as `22`. Installs it into the project's cache if needed.
 *
 * @param root the project's folder
 */
export function installNode(root, line) {
  if (!/^\d+$/.test(line)) throw new Error(`"${line}" is no line of Node.js: give a number such as 22`);
  const folder = join(root, 'node_modules', '.cache', 'nodes', line);
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const node = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return node;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  installPackages(folder, [`${name}@${line}`]);
  return node;
}
