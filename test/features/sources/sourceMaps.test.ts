import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import { framesOf, nextStop, runToEnd } from '../support/frames.js';
import { markedLine, Project } from '../../support/project.js';

const MAIN = `import { area } from './area';

interface Size { // types are gone from the script
  width: number;
}

const size: Size = { width: 3 }; // first
console.log(area(size.width)); // call
`;
const AREA = `/** So that lines differ. */
export type Width = number;

export function area(width: Width): number {
  const height: number = 2; // height
  return width * height; // return
}
`;

/** The path of a fixture. */
function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/sourceMaps/${name}`, import.meta.url));
}

const outputs: [string, ts.CompilerOptions][] = [
  ['CommonJS with maps in files', {}],
  ['CommonJS with maps in the scripts', { inlineSourceMap: true, sourceRoot: '../src/' }],
  ['CommonJS of ES5', { target: ts.ScriptTarget.ES5 }],
];

describe('TypeScript that was compiled', () => {
  it.each(outputs)('stops in its sources: %s', async (_name, options) => {
    const project = new Project({ 'src/main.ts': MAIN, 'src/area.ts': AREA });
    const program = project.compile(['src/main.ts', 'src/area.ts'], options);
    const { client } = stdioClient();
    await client.start(
      { program },
      {
        [project.file('src/main.ts')]: [markedLine(MAIN, 'first')],
        [project.file('src/area.ts')]: [markedLine(AREA, 'return')],
      },
    );

    const first = await nextStop(client, 'breakpoint');
    const main = { name: 'main.ts', path: project.file('src/main.ts') };
    expect(first).toMatchObject({ line: markedLine(MAIN, 'first'), source: main });
    await client.request('next', { threadId: 1 });
    expect(await nextStop(client, 'step')).toMatchObject({ line: markedLine(MAIN, 'call') });
    await client.request('continue', { threadId: 1 });
    await nextStop(client, 'breakpoint');
    expect((await framesOf(client)).slice(0, 2)).toMatchObject([
      { name: 'area', line: markedLine(AREA, 'return'), source: { path: project.file('src/area.ts') } },
      { line: markedLine(MAIN, 'call'), source: main },
    ]);
    await runToEnd(client);
    const told = client.events.filter(({ event }) => event === 'breakpoint');
    expect(told.map(({ body }) => (body as { breakpoint: object }).breakpoint)).toMatchObject([
      { verified: true, line: markedLine(MAIN, 'first') },
      { verified: true, line: markedLine(AREA, 'return') },
    ]);
  });

  it('is found by a breakpoint below the last line of code before it', async () => {
    const text = 'let a: number = 1; // code\n// a remark\n\n// another\na += 1; // next\nconsole.log(a);\n';
    const project = new Project({ 'src/main.ts': text });
    const program = project.compile(['src/main.ts']);
    const { client } = stdioClient();
    await client.start({ program }, { [project.file('src/main.ts')]: [2] });
    expect(await nextStop(client, 'breakpoint')).toMatchObject({ line: markedLine(text, 'next') });
    await runToEnd(client);
  });
});

/** A script with generated code: no source line maps to the function `help`. */
const HELPED = [
  'function help(f) {',
  '  const before = 1;',
  '  return f(before);',
  '}',
  'let a = 1;',
  'a += help((one) => {',
  '  return one + 1;',
  '});',
  'console.log(a);',
];
/** Line for line the same, from the fifth on. */
const HELPED_MAPPINGS = ';;;;AAAA;AACA;EACE;AACF;AACA';

const STARTS_WORKER = `import { Worker } from 'node:worker_threads';
import { join } from 'node:path';

const worker: Worker = new Worker(join(__dirname, 'worker.js'));
worker.on('message', (area: number) => console.log(area));
`;
const WORKER = `import { parentPort } from 'node:worker_threads';
import { area } from './area';

type Port = { postMessage(value: number): void };
(parentPort as Port).postMessage(area(3)); // first
`;

describe('a worker thread', () => {
  it.each([
    ['around the scripts that are loaded', {}],
    ['that outFiles names', { outFiles: ['dist/*.js'] }],
  ])('stops in its sources, by the scripts %s', async (_name, launch) => {
    const project = new Project({
      'src/main.ts': STARTS_WORKER,
      'src/worker.ts': WORKER,
      'src/area.ts': AREA,
    });
    const program = project.compile(['src/main.ts', 'src/worker.ts', 'src/area.ts']);
    const { client } = stdioClient();
    const [worker, area] = [project.file('src/worker.ts'), project.file('src/area.ts')];
    await client.start(
      { program, cwd: project.path, ...launch },
      { [worker]: [markedLine(WORKER, 'first')], [area]: [markedLine(AREA, 'height')] },
    );
    for (const [path, line] of [
      [worker, markedLine(WORKER, 'first')],
      [area, markedLine(AREA, 'height')],
    ] as const) {
      const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
      expect(threadId).not.toBe(1);
      expect((await framesOf(client, threadId))[0]).toMatchObject({ line, source: { path } });
      await client.request('continue', { threadId });
    }
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });
});

describe('smartStep', () => {
  function helped(): { project: Project; program: string; source: string } {
    const map = { version: 3, sources: ['../src/main.ts'], names: [], mappings: HELPED_MAPPINGS };
    const project = new Project({ 'dist/main.js.map': JSON.stringify(map) });
    const program = project.write('dist/main.js', `${HELPED.join('\n')}\n//# sourceMappingURL=main.js.map\n`);
    return { project, program, source: project.write('src/main.ts', HELPED.slice(4).join('\n')) };
  }

  it('goes on through lines that have no place in the source', async () => {
    const { program, source } = helped();
    const { client } = stdioClient();
    await client.start({ program }, { [source]: [2] });
    expect(await nextStop(client, 'breakpoint')).toMatchObject({ line: 2, source: { path: source } });
    await client.request('stepIn', { threadId: 1 });
    expect(await nextStop(client, 'step')).toMatchObject({ line: 3, source: { path: source } });
    await runToEnd(client);
  });

  it('stops there where it is off', async () => {
    const { program, source } = helped();
    const { client } = stdioClient();
    await client.start({ program, smartStep: false }, { [source]: [2] });
    expect(await nextStop(client, 'breakpoint')).toMatchObject({ line: 2 });
    await client.request('stepIn', { threadId: 1 });
    expect(await nextStop(client, 'step')).toMatchObject({ line: 2, source: { path: program } });
    await runToEnd(client);
  });
});

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const stripsTypes = major > 22 || (major === 22 && minor >= 18);

describe('TypeScript that runs as it is', () => {
  it.runIf(stripsTypes)('stops in its own file', async () => {
    const project = new Project({
      'main.ts': MAIN.replace('./area', './area.ts'),
      'area.ts': AREA,
      'package.json': '{"type":"module"}',
    });
    const { client } = stdioClient();
    const [main, area] = [project.file('main.ts'), project.file('area.ts')];
    await client.start(
      { program: main },
      { [main]: [markedLine(MAIN, 'first')], [area]: [markedLine(AREA, 'return')] },
    );
    expect(await nextStop(client, 'breakpoint')).toMatchObject({
      line: markedLine(MAIN, 'first'),
      source: { path: main },
    });
    await client.request('continue', { threadId: 1 });
    expect(await nextStop(client, 'breakpoint')).toMatchObject({
      line: markedLine(AREA, 'return'),
      source: { path: area },
    });
    await runToEnd(client);
  });

  it.each([
    ['import', 'main.mts', 'loader.mjs'],
    ['require', 'start.cjs', 'loader.cjs'],
  ])('stops in its own file where a loader compiles it: --%s', async (option, start, loader) => {
    const project = new Project({
      'main.mts': MAIN.replace('./area', './area.mts'),
      'area.mts': AREA,
      'main.ts': MAIN.replace('./area', './area.ts'),
      'area.ts': AREA,
      'start.cjs': "require('./main.ts');\n",
    });
    const [main, area] =
      option === 'import'
        ? [project.file('main.mts'), project.file('area.mts')]
        : [project.file('main.ts'), project.file('area.ts')];
    const { client } = stdioClient();
    await client.start(
      { program: project.file(start), runtimeArgs: [`--${option}`, fixture(loader)] },
      { [main]: [markedLine(MAIN, 'first')], [area]: [markedLine(AREA, 'return')] },
    );
    expect(await nextStop(client, 'breakpoint')).toMatchObject({
      line: markedLine(MAIN, 'first'),
      source: { path: main },
    });
    await client.request('continue', { threadId: 1 });
    expect(await nextStop(client, 'breakpoint')).toMatchObject({
      line: markedLine(AREA, 'return'),
      source: { path: area },
    });
    await runToEnd(client);
  });
});
