import { describe, expect, it } from 'vitest';
import { withDistinctNames } from '../../../../../src/launcher/debugger/stack/distinctNames.js';

function names(...paths: string[]): (string | undefined)[] {
  const frames = paths.map((path) => ({ source: { path, name: path.split(/[\\/]/).at(-1) ?? '' } }));
  return withDistinctNames(frames).map(({ source }) => source.name);
}

describe('the names of the files in a stack', () => {
  it('are as short as they may be', () => {
    expect(names('/a/x.js', '/b/y.js', '/a/x.js')).toEqual(['x.js', 'y.js', 'x.js']);
    expect(names('/r/a/x.js', '/r/b/x.js', '/r/b/y.js')).toEqual(['a/x.js', 'b/x.js', 'y.js']);
    expect(names('/r/a/lib/x.js', '/r/b/lib/x.js')).toEqual(['a/lib/x.js', 'b/lib/x.js']);
    expect(names('C:\\r\\a\\x.js', 'C:\\r\\b\\x.js')).toEqual(['a/x.js', 'b/x.js']);
  });

  it('are whole paths where one file is in the folder of the other’s name', () => {
    expect(names('/x.js', '/a/x.js')).toEqual(['/x.js', 'a/x.js']);
  });

  it('stay where they were made up, and where there is no file', () => {
    const made = { source: { path: '/a/x.js', name: 'made up' } };
    const label = { source: undefined };
    expect(withDistinctNames([made, label, { source: { path: '/b/x.js', name: 'made up' } }])).toEqual([
      made,
      label,
      { source: { path: '/b/x.js', name: 'made up' } },
    ]);
  });
});
