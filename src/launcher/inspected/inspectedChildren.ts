import type { ChildRendezvous } from '../link/threadLink.js';

/**
 * Returns an expression that makes the children of a running Node.js program come to a rendezvous. The program loads the
 * launcher's file for that, once; a later debugger changes the rendezvous. Its value is true if that is possible: not in
 * another runtime, and not if the program cannot read the file, for example in a container.
 *
 * @param file the launcher's file
 */
export function followChildren(rendezvous: ChildRendezvous, file: string): string {
  return `((given, file) => {
    if (typeof process !== 'object' || process.versions.deno || process.versions.bun) return false;
    const load = process.getBuiltinModule || (process.mainModule && process.mainModule.require.bind(process.mainModule));
    if (!load || !load('fs').existsSync(file)) return false;
    const name = Symbol.for('debug-adapter-ipc rendezvous');
    if (globalThis[name]) return Boolean(Object.assign(globalThis[name], given));
    Object.defineProperty(globalThis, name, { value: given });
    const require = load('module').createRequire(file);
    require(file);
    delete require.cache[require.resolve(file)];
    return true;
  })(${JSON.stringify(rendezvous)}, ${JSON.stringify(file)})`;
}
