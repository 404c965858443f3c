/* eslint-disable @typescript-eslint/no-require-imports -- a CommonJS module has no other way to import */
/**
 * The launch of a warm launcher: one that was started before it was known what to run. It gets its directory, its
 * environment and its command line over a pipe, and is from then on as if it had been started with them.
 */
import fs = require('node:fs');

/** The descriptor of the pipe. It is the first behind stdin, stdout and stderr. */
const LAUNCH_FD = 3;
const CHUNK_BYTES = 65_536;

/** What the adapter sends: one line of JSON. */
interface WarmLaunch {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Blocks until the line is complete. Undefined if the adapter has closed the pipe: there is nothing to run. */
function readLine(): string | undefined {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = fs.readSync(LAUNCH_FD, chunk, 0, CHUNK_BYTES, null);
    if (length === 0) return undefined;
    chunks.push(chunk.subarray(0, length));
    if (chunk[length - 1] === 0x0a) return Buffer.concat(chunks).toString();
  }
}

/**
 * Waits as long as the adapter keeps the launcher ready. Undefined if that ends without a launch.
 *
 * @throws Error if there is no pipe
 */
function awaitLaunch(): WarmLaunch | undefined {
  const line = readLine();
  fs.closeSync(LAUNCH_FD);
  return line === undefined ? undefined : (JSON.parse(line) as WarmLaunch);
}

/** Makes this process as if it had been started with the launch's directory and environment. */
function takeOn({ cwd, env }: WarmLaunch): void {
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (process.env[name] !== value) process.env[name] = value;
}

export = { awaitLaunch, takeOn };
