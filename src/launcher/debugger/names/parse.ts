import { parse } from 'acorn';
import type { Options, Program } from 'acorn';
import { readScopes } from './scopeTree.js';
import type { FreeName, Scope } from './scopeTree.js';

/** A CommonJS module is the body of a function, and an expression may be evaluated anywhere. */
const ANYWHERE: Omit<Options, 'sourceType'> = {
  ecmaVersion: 'latest',
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowSuperOutsideMethod: true,
  allowHashBang: true,
  checkPrivateFields: false,
};

/**
 * The scopes of a text, and the names in it that it does not declare. Undefined if the text cannot be parsed:
 * V8 may know newer syntax.
 */
export function parseScopes(text: string): { root: Scope; free: readonly FreeName[] } | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    const program = tryParse(text, sourceType);
    if (program === undefined) continue;
    try {
      return readScopes(program);
    } catch (error) {
      // The code is nested too deeply.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
  return undefined;
}

function tryParse(text: string, sourceType: 'module' | 'script'): Program | undefined {
  try {
    return parse(text, { ...ANYWHERE, sourceType });
  } catch {
    return undefined;
  }
}
