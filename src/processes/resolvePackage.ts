import Module from 'node:module';

/**
 * Finds a module as code in the file would load it. Bundlers follow calls of an imported `createRequire`, but not this
 * one: what is looked for is on the user's machine.
 *
 * @param from the absolute path of the file, which need not exist
 * @returns undefined if there is no such module
 */
export function resolvePackage(specifier: string, from: string): string | undefined {
  try {
    return Module.createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}
