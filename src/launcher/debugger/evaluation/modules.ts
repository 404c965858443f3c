import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';

/** Reading whether there is a variable takes no longer. In milliseconds. */
const LOOK_MS = 200;

/** Gives what `import` does where the program started: the inspector itself leaves it out. */
const IMPORT = `process.getBuiltinModule('node:vm').runInThisContext('(specifier) => import(specifier)', {
  importModuleDynamically: process.getBuiltinModule('node:vm').constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
})`;

/** Code that is evaluated in no module, with an `import()` of its own. */
export function withImport(code: string): string {
  return /\bimport\s*\(/.test(code) ? code.replace(/\bimport\s*(?=\()/g, `(${IMPORT})`) : code;
}

/**
 * Code with a `require` of its own, where the frame has none: V8 leaves out what no function in there has asked
 * for, and a module has none at all.
 */
export async function withRequire(
  client: Pick<InspectorClient, 'post'>,
  { callFrameId, url }: Debugger.CallFrame,
  code: string,
): Promise<string> {
  if (!/\brequire\b/.test(code)) return code;
  const { result } = await client.post('Debugger.evaluateOnCallFrame', {
    ...{ callFrameId, expression: 'typeof require', silent: true, returnByValue: true },
    ...{ throwOnSideEffect: true, timeout: LOOK_MS },
  });
  if (result.value === 'function') return code;
  const base = url.startsWith('file:') ? JSON.stringify(url) : 'process.cwd() + "/"';
  return `const require = process.getBuiltinModule('node:module').createRequire(${base});${code}`;
}
