/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/** Finds scripts with a `debugger` statement, before they run. */
import fs = require('node:fs');
import url = require('node:url');

/** Same as in asyncRecording.ts: this module is loaded alone. */
const STATEMENT = /(?:^|[\s;{}):])debugger[ \t]*(?:[;}\r\n]|$)/;
const IN_PACKAGE = /[\\/]node_modules[\\/]/;

/** Saved before the program can replace them. */
const { readFileSync } = fs;
const { fileURLToPath } = url;

/**
 * True if a script of the user's own has a `debugger` statement in its file. The file is read again, because V8 would
 * serialize the script's text for the inspector, which takes several times as long.
 *
 * @param name the script's URL
 */
function hasDebuggerStatement(name: string): boolean {
  if (!name.startsWith('file:') || IN_PACKAGE.test(name)) return false;
  try {
    // Node has a quick way to read text in UTF-8.
    const text = readFileSync(fileURLToPath(name), 'utf8');
    return text.includes('debugger') && STATEMENT.test(text);
  } catch {
    return false; // The script has no file.
  }
}

export = { hasDebuggerStatement };
