import type { DebugProtocol } from '@vscode/debugprotocol';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../e2e/programs.js';
import type { DapClient } from '../support/dapClient.js';
import { markedLine, Project } from './support/project.js';

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

function frames(client: DapClient): Promise<DebugProtocol.StackFrame[]> {
  return client
    .request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 })
    .then(({ stackFrames }) => stackFrames);
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

    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect(await frames(client)).toMatchObject([
      { line: markedLine(MAIN, 'first'), source: { name: 'main.ts', path: project.file('src/main.ts') } },
      ...Array<object>((await frames(client)).length - 1).fill({}),
    ]);
    await client.request('next', { threadId: 1 });
    await client.waitForEvent('stopped');
    expect((await frames(client))[0]).toMatchObject({ line: markedLine(MAIN, 'call') });
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect((await frames(client)).slice(0, 2)).toMatchObject([
      { name: 'area', line: markedLine(AREA, 'return'), source: { path: project.file('src/area.ts') } },
      { line: markedLine(MAIN, 'call'), source: { path: project.file('src/main.ts') } },
    ]);
    await client.request('continue', { threadId: 1 });
    expect(await client.waitForEvent('exited')).toEqual({ exitCode: 0 });
  });
});
