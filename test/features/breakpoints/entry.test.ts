import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { stackOf } from '../support/stops.js';
import type { Stopped } from '../support/stops.js';

/** A temporary folder for the programs. */
const folder = mkdtempSync(join(tmpdir(), 'entry-'));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const preload = file('preload.cjs', 'globalThis.preloaded = 1;\n');
const preloadedModule = file('preload.mjs', 'globalThis.imported = 1;\nawait null;\n');

interface Case {
  readonly name: string;
  readonly program: string;
  readonly line: number;
  readonly runtimeArgs?: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'CommonJS', program: file('plain.cjs', '\n// a comment\nlet a = 1;\n'), line: 3 },
  {
    name: 'a function before the first statement',
    program: file('function.cjs', 'function f() {\n  return 1;\n}\nf();\n'),
    line: 4,
  },
  { name: 'strict CommonJS', program: file('strict.cjs', '"use strict";\nlet a = 1;\na++;\n'), line: 2 },
  { name: '#!', program: file('bang.cjs', '#!/usr/bin/env node\nlet a = 1;\n'), line: 2 },
  {
    name: '#! and "use strict"',
    program: file('bangStrict.cjs', '#!/usr/bin/env node\n"use strict";\nlet a = 1;\na++;\n'),
    line: 3,
  },
  { name: 'a byte order mark', program: file('mark.cjs', '\uFEFF// first\nlet a = 1;\n'), line: 2 },
  { name: 'an ES module', program: file('plain.mjs', '// first\nlet a = 1;\n'), line: 2 },
  {
    name: 'an ES module with imports',
    program: file('imports.mjs', 'import fs from "node:fs";\nfs.existsSync(".");\n'),
    line: 2,
  },
  { name: '#! of an ES module', program: file('bang.mjs', '#!/usr/bin/env node\nlet a = 1;\n'), line: 2 },
  {
    name: 'a module preloaded by --require',
    program: file('required.cjs', 'let a = 1;\na++;\n'),
    line: 1,
    runtimeArgs: ['--require', preload],
  },
  {
    name: 'a module preloaded by --import',
    program: file('imported.mjs', 'let a = 1;\na++;\n'),
    line: 1,
    runtimeArgs: ['--import', preloadedModule],
  },
  ...(!('typescript' in process.features) || process.features.typescript === false
    ? []
    : [
        {
          name: 'TypeScript that node strips itself',
          program: file('stripped.mts', 'interface A {\n  a: number;\n}\nconst a: A = { a: 1 };\nvoid a;\n'),
          line: 4,
        },
      ]),
];

/** Programs without a statement, which cannot stop at their entry. */
const empty: readonly [string, string][] = [
  ['an empty CommonJS module', file('empty.cjs', '')],
  ['an empty ES module', file('empty.mjs', '')],
  ['comments alone', file('comments.cjs', '// nothing\n/* at all */\n')],
  ['imports alone', file('importsAlone.mjs', 'import "node:fs";\n')],
];

async function start(program: string, runtimeArgs: readonly string[] = []): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start({ program, stopOnEntry: true, runtimeArgs });
  return client;
}

describe('stopOnEntry', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it.for(cases)('stops at the first statement: $name', async ({ program, line, runtimeArgs }) => {
    const client = await start(program, runtimeArgs);
    expect((await client.waitForEvent<Stopped>('stopped')).reason).toBe('entry');
    expect((await stackOf(client))[0]).toMatchObject({ line, source: { path: program } });
    await client.request('continue', { threadId: 1 });
    await client.waitForEvent('terminated');
  });

  it.for(empty)('does not hang: %s', async ([, program]) => {
    const client = await start(program);
    // An ES module has an end to stop at, whatever is in it.
    const stopped = client.waitForEvent('stopped').then(() => client.request('continue', { threadId: 1 }));
    stopped.catch(() => undefined);
    await client.waitForEvent('terminated');
  });
});
