import { describe, expect, it } from 'vitest';
import { pathMapping } from '../../../../src/adapter/translation/pathMapping.js';

describe('pathMapping', () => {
  it.each<[string, string, string, string, string]>([
    ['a file below', '/home/me/app', '/srv/app', '/home/me/app/lib/a.js', '/srv/app/lib/a.js'],
    ['the root itself', '/home/me/app', '/srv/app', '/home/me/app', '/srv/app'],
    ['a root with a slash at its end', '/home/me/app/', '/srv/app/', '/home/me/app/a.js', '/srv/app/a.js'],
    ['the root of all', '/mnt', '/', '/mnt/a.js', '/a.js'],
    ['systems that differ', 'C:\\work\\app', '/srv/app', 'C:\\work\\app\\lib\\a.js', '/srv/app/lib/a.js'],
  ])('moves %s to the other side, and back', (_, local, remote, here, there) => {
    const mapping = pathMapping({ local, remote });
    expect(mapping.toLauncher({ source: { path: here } })).toEqual({ source: { path: there } });
    expect(mapping.toClient({ source: { path: there } })).toEqual({ source: { path: here } });
  });

  it('takes a drive for the same in any case', () => {
    const mapping = pathMapping({ local: 'C:\\App', remote: '/srv' });
    expect(mapping.toLauncher({ source: { path: 'c:\\app\\A.js' } })).toEqual({
      source: { path: '/srv/A.js' },
    });
  });

  it('leaves a path elsewhere as it is, also one that begins in the same way', () => {
    const mapping = pathMapping({ local: '/home/me/app', remote: '/srv' });
    for (const path of ['/home/me/app2/a.js', '/usr/lib/a.js', 'node:fs', '<eval>']) {
      expect(mapping.toLauncher({ source: { path } })).toEqual({ source: { path } });
    }
  });

  it('finds sources wherever they are, and leaves all else alone', () => {
    const mapping = pathMapping({ local: '/here', remote: '/there' });
    const frames = (path: string): object => ({
      stackFrames: [{ id: 1, name: '/there/no', source: { name: 'a.js', path } }, { id: 2 }],
      breakpoint: { source: { path } },
      sources: [{ path }, { sourceReference: 3 }],
    });
    expect(mapping.toClient({ ...frames('/there/a.js') })).toEqual(frames('/here/a.js'));
  });
});
