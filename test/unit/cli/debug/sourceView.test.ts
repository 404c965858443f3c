import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { framePlace, frameSource, shortPath, sourceView } from '../../../../src/cli/debug/sourceView.js';

const text = Array.from({ length: 12 }, (_, index) => `line ${String(index + 1)}`).join('\n') + '\n';

describe('sourceView', () => {
  it('shows five lines, the current one marked in the middle', () => {
    expect(sourceView(text, 6)).toEqual([
      '  4 | line 4',
      '  5 | line 5',
      '> 6 | line 6',
      '  7 | line 7',
      '  8 | line 8',
    ]);
  });

  it('keeps five lines at the beginning and at the end, with numbers in line', () => {
    expect(sourceView(text, 1)[0]).toBe('> 1 | line 1');
    expect(sourceView(text, 1)).toHaveLength(5);
    expect(sourceView(text, 12)).toEqual([
      '   8 | line 8',
      '   9 | line 9',
      '  10 | line 10',
      '  11 | line 11',
      '> 12 | line 12',
    ]);
  });

  it('shows all of a short text, whatever its line ends', () => {
    expect(sourceView('a\r\nb\r\n', 2)).toEqual(['  1 | a', '> 2 | b']);
    expect(sourceView('only', 1)).toEqual(['> 1 | only']);
  });

  it.each([0, -1, 13])('shows nothing for line %d, which is not there', (line) => {
    expect(sourceView(text, line)).toEqual([]);
  });
});

describe('frames', () => {
  it('are placed by a path relative to here, if they are below', () => {
    const path = join(process.cwd(), 'lib', 'a.js');
    expect(framePlace({ id: 1, name: 'f', line: 3, source: { path } })).toBe(`${join('lib', 'a.js')}:3`);
    expect(shortPath(join(process.cwd(), '..', 'a.js'))).toBe(join(process.cwd(), '..', 'a.js'));
    expect(shortPath('node:internal/main')).toBe('node:internal/main');
  });

  it('say why their source is not shown', () => {
    expect(frameSource({ id: 1, name: 'f', line: 3 })).toEqual([
      '  (no source: this frame is not in a file)',
    ]);
    expect(frameSource({ id: 1, name: 'f', line: 3, source: { path: '/gone.js' } })[0]).toContain(
      'no source: /gone.js cannot be read',
    );
  });
});
