import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Runs npm, and returns what it writes. @throws Error if it fails */
export function runNpm(cwd, args) {
  const options = { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  const script = npmScript();
  if (script !== undefined) return execFileSync(process.execPath, [script, ...args], options);
  return execFileSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** npm's own script: the one that runs this script, or the one that came with node. */
function npmScript() {
  const ran = process.env.npm_execpath;
  const places = [ran?.endsWith('.js') ? ran : undefined, besideNode('..', 'lib'), besideNode()];
  return places.find((place) => place !== undefined && existsSync(place));
}

function besideNode(...folders) {
  return join(dirname(process.execPath), ...folders, 'node_modules', 'npm', 'bin', 'npm-cli.js');
}
