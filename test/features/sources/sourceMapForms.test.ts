import type { DebugProtocol } from '@vscode/debugprotocol';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import type { DapClient } from '../../support/dapClient.js';
import { markedLine, Project } from '../../support/project.js';

const SOURCE = `type Name = string;

function greet(name: Name): string {
  return 'hello ' + name; // greet
}

console.log(greet('you')); // call
`;
const ESM = { module: ts.ModuleKind.ESNext };

interface Map {
  version: number;
  sources: string[];
  sourceRoot?: string;
  sourcesContent?: string[];
  names: string[];
  mappings: string;
}

/** A script of one source, and its map. */
function compiled(text = SOURCE): { script: string; map: Map } {
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName: 'main.ts',
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      sourceMap: true,
    },
  });
  return {
    script: outputText.replace(/^\/\/# sourceMappingURL=.*$/m, ''),
    map: JSON.parse(sourceMapText ?? '') as Map,
  };
}

/** A project whose script has this map, in the file `dist/maps/main.map`, and that has its source in `src`. */
function projectWith(map: object): { project: Project; program: string; source: string } {
  const project = new Project({ 'dist/maps/main.map': JSON.stringify(map) });
  const program = project.write('dist/main.js', `${compiled().script}//# sourceMappingURL=maps/main.map\n`);
  return { project, program, source: project.write('src/main.ts', SOURCE) };
}

async function top(client: DapClient): Promise<DebugProtocol.StackFrame> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
    threadId: 1,
  });
  const [frame] = stackFrames;
  if (frame === undefined) throw new Error('the stack is empty');
  return frame;
}

/** Stops at the breakpoint in `greet`, and sees that it is there; then lets the program end. */
async function expectStopIn(source: string, launch: object): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start(launch, { [source]: [markedLine(SOURCE, 'greet')] });
  expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
  expect(await top(client)).toMatchObject({
    name: 'greet',
    line: markedLine(SOURCE, 'greet'),
    column: 3,
    source: { path: source },
  });
  await client.request('continue', { threadId: 1 });
  expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  return client;
}

describe('a source map', () => {
  it('may be that of an ES module, and its first line is not too early', async () => {
    const project = new Project({
      'src/main.ts': 'console.log(1 as number); // first\n',
      'package.json': '{"type":"module"}',
    });
    const program = project.compile(['src/main.ts'], ESM);
    const { client } = stdioClient();
    await client.start({ program }, { [project.file('src/main.ts')]: [1] });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect(await top(client)).toMatchObject({ line: 1, source: { path: project.file('src/main.ts') } });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });

  it('may be that of a bundle in one line', async () => {
    const project = new Project({
      'src/main.ts': `import { greet } from './greet.ts';\nconsole.log(greet('you')); // call\n`,
      'src/greet.ts': SOURCE.replace('function', 'export function').replace(/console.*\n$/, ''),
    });
    const bundle = await rolldown({ input: project.file('src/main.ts'), logLevel: 'silent' });
    await bundle.write({ file: project.file('out/app.mjs'), sourcemap: true, minify: true });
    await bundle.close();
    const { client } = stdioClient();
    const source = project.file('src/greet.ts');
    await client.start(
      { program: project.file('out/app.mjs') },
      { [project.file('src/main.ts')]: [2], [source]: [4] },
    );
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
    const first = await top(client);
    expect([project.file('src/main.ts'), source]).toContain(first.source?.path);
    await client.request('continue', { threadId: 1 });
  });

  it('may have a sourceRoot', async () => {
    const { map } = compiled();
    const { program, source } = projectWith({ ...map, sourceRoot: '../../src', sources: ['main.ts'] });
    await expectStopIn(source, { program });
  });

  it('may be in sections', async () => {
    const { map } = compiled();
    const own = { ...map, sources: ['../../src/main.ts'] };
    const { program, source } = projectWith({
      version: 3,
      sections: [{ offset: { line: 0, column: 0 }, map: own }],
    });
    await expectStopIn(source, { program });
  });

  it.each([
    'webpack:///./src/main.ts',
    'webpack:///src/main.ts?1a2b',
    'webpack://my-app/./src/main.ts',
    'webpack://@scope/my-app/./src/main.ts',
    'turbopack:///[project]/src/main.ts',
  ])('may have a bundler’s name for the source: %s', async (name) => {
    const { map } = compiled();
    const { project, program, source } = projectWith({ ...map, sources: [name] });
    await expectStopIn(source, { program, cwd: project.path });
  });

  it('may name the source from the directory of the package that the script is in', async () => {
    const { map } = compiled();
    const { project, program, source } = projectWith({ ...map, sources: ['webpack://my-app/./src/main.ts'] });
    project.write('package.json', '{}');
    await expectStopIn(source, { program, cwd: project.file('dist') });
  });

  it('is followed by sourceMapPathOverrides, the longest pattern first', async () => {
    const { map } = compiled();
    const { project, program, source } = projectWith({ ...map, sources: ['app:///code/main.ts'] });
    await expectStopIn(source, {
      program,
      sourceMapPathOverrides: { 'app:///*': '/nowhere/*', 'app:///code/*': `${project.path}/src/*` },
    });
  });

  it('may bring along a source that is no file', async () => {
    const text = `${SOURCE}debugger; // stop\n`;
    const { script, map } = compiled(text);
    const whole = { ...map, sources: ['webpack://gone/src/main.ts'], sourcesContent: [text] };
    const inline = `data:application/json;base64,${Buffer.from(JSON.stringify(whole)).toString('base64')}`;
    const project = new Project();
    const program = project.write('main.cjs', `${script}//# sourceMappingURL=${inline}\n`);
    const { client } = stdioClient();
    await client.start({ program, cwd: project.path });
    await client.waitForEvent('stopped');
    const { source, line } = await top(client);
    expect(line).toBe(markedLine(text, 'stop'));
    expect(source).toMatchObject({ name: 'main.ts', sourceReference: expect.any(Number) as number });
    expect(await client.request('source', { source, sourceReference: source?.sourceReference })).toEqual({
      content: text,
    });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });

  it('is not looked at where the launch says so', async () => {
    const project = new Project({ 'src/main.ts': SOURCE });
    const program = project.compile(['src/main.ts']);
    const { client } = stdioClient();
    const line = markedLine(SOURCE, 'greet');
    await client.start(
      { program, sourceMaps: false },
      { [project.file('src/main.ts')]: [line], [program]: [3] },
    );
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect(await top(client)).toMatchObject({ source: { path: program } });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });
});

describe('a source map that cannot be used', () => {
  it.each<[string, string, string]>([
    ['is not there', 'none.map', 'there is no '],
    [
      'is on a server',
      'http://127.0.0.1:9/main.map',
      'it is at http://127.0.0.1:9/main.map, and maps are read from files alone',
    ],
    ['is no JSON', 'data:application/json,{', 'JSON'],
    ['is no map', 'data:application/json,{"version":2,"sources":[],"names":[],"mappings":""}', 'version'],
    ['is a directory', '.', 'is a directory'],
  ])('%s: it is said once, and the script is debugged as it is', async (_name, url, why) => {
    const project = new Project();
    const program = project.write('main.cjs', `let a = 1;\na += 1;\n//# sourceMappingURL=${url}\n`);
    const { client } = stdioClient();
    await client.start({ program }, { [program]: [2] });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect(await top(client)).toMatchObject({ line: 2, source: { path: program } });
    const notes = client.output('console');
    expect(notes).toMatch(/^The source map of file:.*main\.cjs cannot be used: .*\n$/);
    expect(notes).toContain(why);
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });
});
