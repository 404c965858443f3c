import { describe, expect, it } from 'vitest';
import { crowdedFolders, describeCircle, fileCircles, folderCircles, importsBetween } from './importGraph.js';
import { sourceFiles } from './sourceFiles.js';
import { Project } from './project.js';

/** The files of a tree, which is given as text by path, and their imports. */
function graphOf(tree: Record<string, string>) {
  const root = new Project(tree).path;
  const files = sourceFiles(root, 'src');
  return { files, imports: importsBetween(root, files) };
}

function membersOf(circles: ReturnType<typeof fileCircles>): (readonly string[])[] {
  return circles.map(({ members }) => members);
}

describe('the imports of a file', () => {
  it.each([
    ['a value', "import { b } from './b.js';"],
    ['a type', "import type { B } from './b.js';"],
    ['a type among values', "import { type B } from './b.js';"],
    ['side effects', "import './b.js';"],
    ['a re-export', "export { b } from './b.js';"],
    ['a re-export of a type', "export type { B } from './b.js';"],
    ['import equals', "import b = require('./b.js');"],
    ['import equals of a type', "import type b = require('./b.js');"],
    ['a dynamic import', "void (async () => { await import('./b.js'); })();"],
    ['a call of require', "function later() { return require('./b.js') as unknown; }"],
    ['a type of a module', "let b: import('./b.js').B;"],
    ['a type of a module as a whole', "let b: typeof import('./b.js');"],
  ])('count: %s', (_, text) => {
    const { imports } = graphOf({ 'src/a.ts': text, 'src/b.ts': 'export {};' });
    expect(imports).toEqual([{ from: 'src/a.ts', to: 'src/b.ts' }]);
  });

  it.each([
    ['in a comment', "// import './b.js';"],
    ['in a text', 'const text = "import(\'./b.js\')";'],
    ['of a package', "import 'b';"],
    ['of a file that does not exist', "import './c.js';"],
  ])('do not count %s', (_, text) => {
    expect(graphOf({ 'src/a.ts': text, 'src/b.ts': '' }).imports).toEqual([]);
  });

  it('are resolved by the extension: .js is .ts, .cjs is .cts', () => {
    const { imports } = graphOf({
      'src/a.cts': "import c = require('./deep/c.cjs');",
      'src/b.ts': "import './deep/c.js';",
      'src/deep/c.cts': '',
      'src/deep/c.ts': '',
    });
    expect(imports).toEqual([
      { from: 'src/a.cts', to: 'src/deep/c.cts' },
      { from: 'src/b.ts', to: 'src/deep/c.ts' },
    ]);
  });
});

describe('circles between files', () => {
  it('are found through types and import equals', () => {
    const { imports } = graphOf({
      'src/a.ts': "import type { B } from './b.js';",
      'src/b.ts': "import './c.cjs';",
      'src/c.cts': "import type a = require('./a.js');",
      'src/outside.ts': "import './a.js';",
    });
    expect(membersOf(fileCircles(imports))).toEqual([['src/a.ts', 'src/b.ts', 'src/c.cts']]);
    expect(folderCircles(imports)).toEqual([]);
  });

  it('are told apart, and described with their imports', () => {
    const { imports } = graphOf({
      'src/a.ts': "import './b.js';",
      'src/b.ts': "import './a.js'; import './x.js';",
      'src/x.ts': "import './y.js';",
      'src/y.ts': "import './x.js';",
    });
    expect(fileCircles(imports).map(describeCircle)).toEqual([
      'src/a.ts, src/b.ts\n  src/a.ts imports src/b.ts\n  src/b.ts imports src/a.ts',
      'src/x.ts, src/y.ts\n  src/x.ts imports src/y.ts\n  src/y.ts imports src/x.ts',
    ]);
  });

  it('do not exist in a tree where each imports only those below', () => {
    const { imports } = graphOf({
      'src/a.ts': "import './b.js'; import './c.js';",
      'src/b.ts': "import './c.js';",
      'src/c.ts': '',
    });
    expect(imports).toHaveLength(3);
    expect(fileCircles(imports)).toEqual([]);
  });
});

describe('circles between folders', () => {
  it('are found over three folders that have no circle of files', () => {
    const { imports } = graphOf({
      'src/one/a.ts': "import '../two/b.js'; import './c.js';",
      'src/one/c.ts': '',
      'src/two/b.ts': "import type { D } from '../three/d.js';",
      'src/three/d.ts': '',
      'src/three/e.ts': "import '../one/c.js';",
      'src/four/f.ts': "import '../one/a.js';",
    });
    expect(fileCircles(imports)).toEqual([]);
    expect(folderCircles(imports).map(describeCircle)).toEqual([
      [
        'src/one, src/three, src/two',
        '  src/one/a.ts imports src/two/b.ts',
        '  src/three/e.ts imports src/one/c.ts',
        '  src/two/b.ts imports src/three/d.ts',
      ].join('\n'),
    ]);
  });

  it('are found between a folder and its subfolder', () => {
    const { imports } = graphOf({
      'src/a.ts': "import './deep/b.js';",
      'src/deep/b.ts': "import '../c.js';",
      'src/c.ts': '',
    });
    expect(membersOf(folderCircles(imports))).toEqual([['src', 'src/deep']]);
  });
});

describe('crowded folders', () => {
  it('are those with more files directly in them than the most, without their subfolders', () => {
    const { files } = graphOf({
      'src/a.ts': '',
      'src/b.cts': '',
      'src/notes.md': '',
      'src/deep/c.ts': '',
      'src/deep/d.ts': '',
      'src/deep/e.ts': '',
    });
    expect(crowdedFolders(files, 2)).toEqual(['src/deep: 3 files']);
  });
});
