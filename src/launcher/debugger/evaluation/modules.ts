import type { Debugger } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';

/** The time limit for checking that a variable exists, in milliseconds. */
const LOOKUP_TIMEOUT_MS = 200;

/**
 * Evaluates to a function that imports relative to the program's start. The inspector does not provide
 * `import()`.
 */
const IMPORT = `process.getBuiltinModule('node:vm').runInThisContext('(specifier) => import(specifier)', {
  importModuleDynamically: process.getBuiltinModule('node:vm').constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
})`;

/** Replaces `import()` in code that is evaluated outside of a module. */
export function withImport(code: string): string {
  return /\bimport\s*\(/.test(code) ? code.replace(/\bimport\s*(?=\()/g, `(${IMPORT})`) : code;
}

/**
 * Adds a `require` to code if the frame has none. V8 omits variables that no function in the frame uses, and
 * ES modules have no `require`.
 */
export async function withRequire(
  client: Pick<InspectorClient, 'post'>,
  { callFrameId, url }: Debugger.CallFrame,
  code: string,
): Promise<string> {
  if (!/\brequire\b/.test(code)) return code;
  const { result } = await client.post('Debugger.evaluateOnCallFrame', {
    ...{ callFrameId, expression: 'typeof require', silent: true, returnByValue: true },
    ...{ throwOnSideEffect: true, timeout: LOOKUP_TIMEOUT_MS },
  });
  if (result.value === 'function') return code;
  const base = url.startsWith('file:') ? JSON.stringify(url) : 'process.cwd() + "/"';
  return `const require = process.getBuiltinModule('node:module').createRequire(${base});${code}`;
}
