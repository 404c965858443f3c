import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import { framesOf, nextStop, runToEnd } from '../support/frames.js';
import { Project } from '../../support/project.js';

type Sources = DebugProtocol.LoadedSourcesResponse['body'];

describe('a source that is no file', () => {
  it('has a reference that its text is asked for by, the same at every stop', async () => {
    const project = new Project();
    const program = project.write('main.cjs', `for (const n of [1, 2]) eval('debugger; n');\n`);
    const { client } = stdioClient();
    await client.start({ program });
    const { source } = await nextStop(client, 'debugger statement');
    expect(source).toMatchObject({
      name: expect.stringMatching(/^<eval>\/VM\d+$/) as string,
      origin: 'evaluated code',
    });
    expect(source).not.toHaveProperty('presentationHint');
    const reference = source?.sourceReference;
    expect(reference).toBeGreaterThan(0);
    expect(await client.request('source', { source, sourceReference: reference })).toEqual({
      content: 'debugger; n',
    });
    expect(await framesOf(client)).toMatchObject([
      { source: { sourceReference: reference } },
      { source: { path: program } },
      ...Array<object>((await framesOf(client)).length - 2).fill({}),
    ]);
    await client.request('continue', { threadId: 1 });
    await nextStop(client, 'debugger statement');
    expect(await client.request('source', { sourceReference: reference })).toEqual({
      content: 'debugger; n',
    });
    await runToEnd(client);
  });

  it('may be one of node’s own modules, by node’s own name', async () => {
    const project = new Project();
    const program = project.write('main.cjs', 'debugger;\n');
    const { client } = stdioClient();
    await client.start({ program });
    await nextStop(client, 'debugger statement');
    const internal = (await framesOf(client)).find(
      ({ source }) => source?.path === 'node:internal/modules/cjs/loader',
    );
    expect(internal).toMatchObject({
      source: { name: 'node:internal/modules/cjs/loader', presentationHint: 'deemphasize' },
    });
    const { content } = await client.request<{ content: string }>('source', { source: internal?.source });
    expect(content).toContain('Module.prototype._compile');
    await runToEnd(client);
  });

  it('is refused where there is none of that reference, or where it is a file', async () => {
    const project = new Project();
    const program = project.write('main.cjs', 'debugger;\n');
    const { client } = stdioClient();
    await client.start({ program });
    const { source } = await nextStop(client, 'debugger statement');
    expect((await client.ask('source', { sourceReference: 99 })).message).toContain(
      'no source with the reference 99',
    );
    expect((await client.ask('source', { source, sourceReference: 0 })).message).toContain('is a file');
    await runToEnd(client);
  });
});

describe('loaded sources', () => {
  it('are the program’s scripts and what they were made of, told once each', async () => {
    const project = new Project({
      'src/main.ts': 'require("./other.cjs");\ndebugger;\n',
      'dist/other.cjs': '',
    });
    const program = project.compile(['src/main.ts']);
    const { client } = stdioClient();
    await client.start({ program });
    await nextStop(client, 'debugger statement');
    const expected = [program, project.file('src/main.ts'), project.file('dist/other.cjs')];
    for (const path of expected) {
      await client.waitForEvent<DebugProtocol.LoadedSourceEvent['body']>(
        'loadedSource',
        ({ source }) => source.path === path,
      );
    }
    const { sources } = await client.request<Sources>('loadedSources');
    expect(sources.map(({ path }) => path).sort()).toEqual([...expected].sort());
    await runToEnd(client);
    expect(client.events.filter(({ event }) => event === 'loadedSource')).toHaveLength(expected.length);
  });
});
