import { commandHelp } from './debug/commands.js';

/** Text of `--help` after the list of commands. */
export const PROGRAM_HELP = `
Examples:
  $ debug-adapter-ipc debug app.js                       stop at the first line and look around
  $ debug-adapter-ipc debug --break app.js:12 app.js     run to line 12
  $ debug-adapter-ipc adapter                            a debug adapter over stdio, for an editor
  $ debug-adapter-ipc adapter --server 4711              the same on a port of 127.0.0.1, for your own processes

An editor starts "adapter" and sends a launch request such as
  { "program": "/home/me/app.js", "args": ["--port", "80"], "stopOnEntry": true }

"debug-adapter-ipc COMMAND --help" tells more of each command.`;

/** Text of `adapter --help` after its options. */
export const ADAPTER_HELP = `
Examples:
  $ debug-adapter-ipc adapter
  $ debug-adapter-ipc adapter --server 0                 prints the port that it was given
  $ debug-adapter-ipc adapter --server ~/adapter.sock    a Unix socket that only you can reach
  $ debug-adapter-ipc adapter --server 4711 --server-token-file ~/adapter.token
  $ debug-adapter-ipc adapter --server 4711 --isolate    a process for each session: none holds up another
  $ debug-adapter-ipc adapter --log-level debug --log-file /tmp/adapter.log

Whoever connects can run programs as you. On a port, only your own processes and those of root may connect, where the
system says whose they are (Linux). Elsewhere use a path, or a token, which each client sends as its first line:
  Authorization: Bearer TOKEN

Over stdio, stdout carries DAP and nothing else: logs go to stderr or to the file.`;

/** Text of `debug --help` after its options. */
export const DEBUG_HELP = `
At a stop, type:
${commandHelp().join('\n')}

Commands may be piped in; the end of the input ends the program, as q does.
The exit code is the program's own, 0 after q, 1 if the session failed, 2 for a mistake in the command line.

Examples:
  $ debug-adapter-ipc debug app.js
  $ debug-adapter-ipc debug --break app.js:12 --break lib/tax.js:40 app.js -- --port 80
  $ printf 'locals\\nc\\n' | debug-adapter-ipc debug --break app.js:12 app.js
  $ debug-adapter-ipc debug --json --break app.js:12 app.js > messages.jsonl`;
