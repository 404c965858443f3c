/**
 * Turns a command into what the system can start. Windows starts no batch files (`npm.cmd`) and no scripts by
 * themselves: its command processor does, which takes one line of text.
 */

interface CommandLine {
  readonly file: string;
  readonly words: readonly string[];
  readonly options: { readonly windowsVerbatimArguments?: boolean };
}

const BATCH_FILE = /\.(?:cmd|bat)$/i;
/** Characters that the command processor interprets, also between quotes. */
const INTERPRETED = /[()\][%!^"`<>&|;, *?]/g;

/** Doubles the backslashes at the end of a text that a quote follows. */
function doubledAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\\') end -= 1;
  return text + text.slice(end);
}

/**
 * Quotes a word for a program that is started from a batch file. The line is read twice, by the command processor and
 * by the batch file, so each interpreted character gets two carets for the second reading beside the one for the
 * first.
 */
function quoted(word: string): string {
  const asArgument = `"${word.split('"').map(doubledAtEnd).join('\\"')}"`;
  const once = asArgument.replace(INTERPRETED, '^$&');
  return once.replace(INTERPRETED, '^$&');
}

function commandLine(
  command: string,
  args: readonly string[],
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): CommandLine {
  if (platform !== 'win32' || !BATCH_FILE.test(command)) return { file: command, words: args, options: {} };
  const line = [command.replace(INTERPRETED, '^$&'), ...args.map(quoted)].join(' ');
  return {
    file: env.ComSpec ?? 'cmd.exe',
    words: ['/d', '/s', '/c', `"${line}"`],
    options: { windowsVerbatimArguments: true },
  };
}

export = { commandLine };
