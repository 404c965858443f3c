import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

interface Walk {
  /** The body of the event as the client gets it. */
  readonly body: object;
  readonly walked: readonly { readonly file: string; readonly functions: readonly string[] }[];
}

/** The most files that an event crosses between the launcher's socket and the client. */
const MAX_FILES = 12;

/** The paths in the numbered list of the section "The walk of an event". */
function documentedWalk(): string[] {
  const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
  const section = page.split('\n## The walk of an event\n')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\d+\. `src\/([\w/.]+)`/gm)].map(([, file = '']) => file);
}

it('an event crosses the files that docs/architecture.md lists, and no more than 12', async () => {
  const script = fileURLToPath(new URL('fixtures/eventWalk.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const { body, walked } = JSON.parse(stdout) as Walk;
  expect(body).toEqual({ reason: 'breakpoint', threadId: 1, allThreadsStopped: true, hitBreakpointIds: [1] });
  const files = walked.map(({ file }) => file).sort();
  expect(files).toEqual(documentedWalk().sort());
  expect(files.length).toBeLessThanOrEqual(MAX_FILES);
});
