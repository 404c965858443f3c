/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * Adds to the text of a shell command what makes its processes come to the debugger: `NODE_OPTIONS=--x node a.js`
 * gives them other options, in place of those that they would inherit.
 */
import path = require('node:path');

const ASSIGNMENT = 'NODE_OPTIONS=';
/** The shells, and the word before the text of their command. */
const SHELL = /^(?:ba|da|k|z|a)?sh$/;
const TEXT_FOLLOWS = /^-[a-z]*c$/;
const WINDOWS_SHELL = /^cmd(?:\.exe)?$/i;
const WINDOWS_TEXT_FOLLOWS = /^\/c$/i;
/** Words after which variables are assigned. */
const ASSIGNING = /^(?:env|export|set|cross-env|cross-env-shell)$/;
/** What may stand before a command, and so before its variables. */
const COMMAND_START = /[;&|({`"']$/;
/** An option that needs no quotes in a shell, but for its blanks. */
const PLAIN = /^[\w ./:\\@%+,=-]+$/;

const isWindows = process.platform === 'win32';

/**
 * Returns the words of a command line, with the option in front of the options that its text assigns. Returns the
 * same words if the command is no shell with a text, or the text keeps the options that are inherited.
 */
function addToText(words: readonly string[], option: string): readonly string[] {
  const at = textIndex(words);
  const text = words[at];
  if (text === undefined || !PLAIN.test(option) || /\$\{?NODE_OPTIONS|%NODE_OPTIONS%/.test(text))
    return words;
  const inserted = isWindows ? `${option} ` : `${option} `.replace(/ /g, '\\ ');
  const [first = '', ...others] = text.split(ASSIGNMENT);
  let changed = first;
  for (const other of others) {
    changed += ASSIGNMENT + (isAssigned(changed) ? inserted : '') + other;
  }
  return words.map((word, index) => (index === at ? changed : word));
}

function textIndex(words: readonly string[]): number {
  const name = path.basename(words[0] ?? '');
  const shell = isWindows ? WINDOWS_SHELL : SHELL;
  if (!shell.test(name)) return -1;
  const follows = isWindows ? WINDOWS_TEXT_FOLLOWS : TEXT_FOLLOWS;
  const option = words.findIndex((word, index) => index > 0 && follows.test(word));
  return option < 0 ? -1 : option + 1;
}

/** True if a variable is assigned behind this text, where the next word begins. */
function isAssigned(before: string): boolean {
  const start = before.trimEnd();
  if (start === '' || COMMAND_START.test(start)) return true;
  const blanks = before.slice(start.length);
  if (blanks === '' || blanks.includes('\n')) return blanks !== '';
  const word = start.slice(Math.max(start.lastIndexOf(' '), start.lastIndexOf('\n')) + 1);
  return word.includes('=') || ASSIGNING.test(word.slice(word.search(/[^"'({]/)));
}

export = { addToText };
