/** The text of `trace --help` after its commands. */
export const TRACE_HELP = `
Examples:
  $ debug-adapter-ipc debug --trace session.jsonl app.js      records a session
  $ debug-adapter-ipc trace show session.jsonl
  $ debug-adapter-ipc trace show --errors debugpy.adapter-4711.log
  $ debug-adapter-ipc trace show --stats session.jsonl        phases of the launch, slowest requests
  $ debug-adapter-ipc trace view session.jsonl                a page for a browser
  $ debug-adapter-ipc trace redact -o report.jsonl --paths session.jsonl
  $ debug-adapter-ipc trace replay session.jsonl -- node my-adapter.js
  $ debug-adapter-ipc trace minimise -o least.jsonl session.jsonl -- ./shows-the-fault.sh {}

Files are traces of this package, or logs of VS Code's tracker, LoggingDebugSession, debugpy, dlv or js-debug.`;
