// The licences of the packages whose code is bundled. Both the npm tarball and the .vsix carry them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of a module's package: up to the last `node_modules` in the path, and the package's name. */
const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/;

/**
 * Finds the packages to which modules belong. Modules of this project belong to none.
 *
 * @param modules absolute paths, as the bundler names modules
 * @returns name, version and folder of each package, each once, by name
 */
export function packagesOf(modules) {
  const folders = modules.map((id) => PACKAGE_FOLDER.exec(id)?.[0]).filter((folder) => folder !== undefined);
  return [...new Set(folders)]
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return { name, version, folder };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Returns the text of ThirdPartyNotices.txt for these packages. @throws Error for a package without a licence */
export function thirdPartyNotices(packages) {
  const texts = new Map(packages.map(({ name, folder }) => [name, licenceOf(folder)]));
  return (
    [...texts].map(([name, licence]) => `${name}\n\n${licence}`).join(`\n\n${'-'.repeat(80)}\n\n`) + '\n'
  );
}

function licenceOf(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`no licence in ${folder}`);
  return readFileSync(join(folder, file), 'utf8').trim();
}
