import { symlinkSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { stdioClient } from '../../support/programs.js';
import { markedLine, Project } from '../../support/project.js';

/** The types of the source take lines, so that its lines differ from those of the compiled script. */
const SOURCE = `interface Price {
  amount: number;
}

export function total(price: Price): number {
  const sum = price.amount * 2;
  return sum; // stop
}
`;
const LINE = markedLine(SOURCE, 'stop');
/** The digits of source maps. */
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PLAIN = `exports.total = function total(price) {\n  const sum = price.amount * 2;\n  return sum; // stop\n};\n`;
const PLAIN_LINE = markedLine(PLAIN, 'stop');

/** The compiled source, with a map in it that names the source by `name`. @param linesBefore before the code */
function compiled(name: string, linesBefore = 0): string {
  const { outputText, sourceMapText = '' } = ts.transpileModule(SOURCE, {
    fileName: 'main.ts',
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, sourceMap: true },
  });
  const known = JSON.parse(sourceMapText) as { mappings: string };
  const map = { ...known, mappings: ';'.repeat(linesBefore) + known.mappings, sources: [name] };
  const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
  return outputText.replace(/^\/\/# sourceMappingURL=.*$/m, `//# sourceMappingURL=${url}`);
}

/** A program that runs compiled code as the server of a framework does: as a function with a name in its text. */
function runner(source: string): string {
  const code = `"use strict";${compiled('cart.ts', 2)}`.replace(
    '//# sourceMappingURL',
    `//# sourceURL=${source}\n//# sourceMappingURL`,
  );
  return `const AsyncFunction = (async () => {}).constructor;
const run = new AsyncFunction('exports', ${JSON.stringify(code)});
const loaded = {};
run(loaded).then(() => process.exit(loaded.total({ amount: 4 })));
`;
}

async function topFrame(client: DapClient, threadId: number): Promise<DebugProtocol.StackFrame | undefined> {
  const stack = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
  return stack.stackFrames[0];
}

/** Sees the program stop at a place only once, and end with the exit code 8. */
async function expectOneStop(
  launch: object,
  breakpoint: string,
  line: number,
  path = breakpoint,
): Promise<void> {
  const { client } = stdioClient();
  await client.start(launch, { [breakpoint]: [line] });
  const { threadId } = await client.waitForEvent<DebugProtocol.StoppedEvent['body'] & { threadId: number }>(
    'stopped',
  );
  expect(await topFrame(client, threadId)).toMatchObject({ line, source: { path } });
  await client.request('continue', { threadId });
  expect(await client.waitForEvent('exited')).toEqual({ exitCode: 8 });
  expect(client.events.filter(({ event }) => event === 'stopped')).toHaveLength(1);
}

describe('a script whose name is a path', () => {
  it.each(['plain', 'with space', 'C#', 'with space/50%'])(
    'in %s has the breakpoints of its source',
    async (folder) => {
      const project = new Project();
      const source = project.write(`${folder}/cart.ts`, SOURCE);
      await expectOneStop({ program: project.write('main.cjs', runner(source)) }, source, LINE);
    },
  );

  it('stops in a worker at the line of its source alone', async () => {
    const project = new Project();
    const source = project.write('cart.ts', SOURCE);
    // The lines above the code put other code on the raw line of the breakpoint.
    const code = `(exports) => {${compiled('cart.ts')}\n}`;
    const run = `const vm = require('node:vm');
const loaded = {};
vm.runInThisContext(${JSON.stringify(code)}, { filename: ${JSON.stringify(source)} })(loaded);
process.exit(loaded.total({ amount: 4 }));
`;
    project.write('worker.cjs', run);
    const start = `new (require('node:worker_threads').Worker)(__dirname + '/worker.cjs').on('exit', (code) => process.exit(code));\n`;
    await expectOneStop({ program: project.write('main.cjs', start) }, source, LINE);
  });

  it('is another one than a script that was made up with the same name', async () => {
    const project = new Project();
    const source = project.write('cart.ts', SOURCE);
    const script = project.write('cart.cjs', compiled('cart.ts'));
    const line = compiled('cart.ts')
      .split('\n')
      .findIndex((text) => text.includes('return sum'));
    // The made-up code is on the line of the script that the breakpoint is on.
    const madeUp = `${'\n'.repeat(line)}(run) => run()\n//# sourceURL=${pathToFileURL(script).href}`;
    const program = project.write(
      'main.cjs',
      `const cart = require('./cart.cjs');
const pad = (0, eval)(${JSON.stringify(madeUp)});
process.exit(pad(() => cart.total({ amount: 4 })));
`,
    );
    await expectOneStop({ program }, source, LINE);
  });

  it.each(['rsc://React/Server/', 'about://React/Server/'])(
    'is another one than those that React makes up for stacks (%s)',
    async (prefix) => {
      const project = new Project();
      const source = project.write('cart.ts', SOURCE);
      project.write('cart.cjs', compiled('cart.ts'));
      const { href } = pathToFileURL(source);
      // All of its code is at the line of the breakpoint.
      const map = { version: 3, sources: [href], names: [], mappings: `AA${BASE64[(LINE - 1) * 2]}A` };
      const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
      const madeUp = (number: number) =>
        `({"total":_=>_()})\n//# sourceURL=${prefix}${encodeURI(href)}?${number}\n//# sourceMappingURL=${url}`;
      const program = project.write(
        'main.cjs',
        `const cart = require('./cart.cjs');
for (const code of ${JSON.stringify([madeUp(0), madeUp(1)])}) (0, eval)(code).total(() => 1);
process.exit((0, eval)(${JSON.stringify(madeUp(2))}).total(() => cart.total({ amount: 4 })));
`,
      );
      await expectOneStop({ program }, source, LINE);
    },
  );
});

describe('a path on disk', () => {
  const onPosix = process.platform === 'win32' ? [] : ['a\\b', 'a\nb', 'what?', 'tab\there'];
  it.each(['C#', 'x%41', '50%', 'ü [x]', ...onPosix])('may contain %j', async (folder) => {
    const project = new Project();
    const file = project.write(`${folder}/lib.cjs`, PLAIN);
    const call = `process.exit(require('./lib.cjs').total({ amount: 4 }));\n`;
    const program = project.write(`${folder}/main.cjs`, call);
    await expectOneStop({ program, cwd: project.path }, file, PLAIN_LINE);
  });

  it.each(['C#', 'x%41', 'what?'].filter((name) => process.platform !== 'win32' || !name.endsWith('?')))(
    'may contain %j without encoding in a source map',
    async (folder) => {
      const project = new Project();
      const source = project.write(`${folder}/cart.ts`, SOURCE);
      project.write('dist/cart.cjs', compiled(`../${folder}/cart.ts`));
      const program = project.write(
        'dist/main.cjs',
        `process.exit(require('./cart.cjs').total({ amount: 4 }));\n`,
      );
      await expectOneStop({ program }, source, LINE);
    },
  );

  it('may lead through a symbolic link that node keeps', async () => {
    const project = new Project();
    const file = project.write('packages/lib/lib.cjs', PLAIN);
    project.write('node_modules/.keep', '');
    symlinkSync(project.file('packages/lib'), project.file('linked'), 'junction');
    const program = project.write(
      'main.cjs',
      `process.exit(require('./linked/lib.cjs').total({ amount: 4 }));\n`,
    );
    const link = project.file('linked/lib.cjs');
    await expectOneStop({ program, runtimeArgs: ['--preserve-symlinks'] }, link, PLAIN_LINE);
    await expectOneStop({ program, runtimeArgs: ['--preserve-symlinks'] }, file, PLAIN_LINE, link);
    await expectOneStop({ program }, link, PLAIN_LINE, file);
  });

  it('may have a virtual folder of Yarn in it', async () => {
    const project = new Project();
    const file = project.write('packages/lib/lib.cjs', PLAIN);
    project.write('.yarn/__virtual__/lib-virtual-1a2b3c/1/packages/lib/lib.cjs', PLAIN);
    const program = project.write(
      'main.cjs',
      `process.exit(require('./.yarn/__virtual__/lib-virtual-1a2b3c/1/packages/lib/lib.cjs').total({ amount: 4 }));\n`,
    );
    await expectOneStop({ program }, file, PLAIN_LINE);
  });
});
