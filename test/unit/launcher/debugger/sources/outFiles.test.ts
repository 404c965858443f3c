import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findOutFiles } from '../../../../../src/launcher/debugger/sources/outFiles.js';
import { Project } from '../../../../support/project.js';

const FILES = {
  'dist/a.js': '1;\n//# sourceMappingURL=a.js.map\n',
  'dist/deep/b.cjs': '1;\n//# sourceMappingURL=old.map\n//# sourceMappingURL=b.map',
  'dist/plain.js': '1;\n',
  'dist/inline.mjs': `1;\n//# sourceMappingURL=data:application/json;base64,${'A'.repeat(10_000)}\n`,
  'dist/a.ts': '1;\n//# sourceMappingURL=no.map\n',
  'node_modules/p/c.js': '1;\n//# sourceMappingURL=c.map\n',
  'test/d.js': '1;\n//# sourceMappingURL=d.map\n',
};

describe('outFiles', () => {
  async function found(...patterns: string[]): Promise<string[]> {
    const project = new Project(FILES);
    const scripts = await findOutFiles(patterns, project.path);
    const root = pathToFileURL(`${project.path}/`).href;
    return scripts
      .map(({ url, sourceMapURL }) => `${url.slice(root.length)} ${sourceMapURL.slice(0, 10)}`)
      .sort();
  }

  it('are the scripts with maps that the patterns name, without packages', async () => {
    expect(await found('**/*.{js,cjs,mjs}', '!**/test/**')).toEqual([
      'dist/a.js a.js.map',
      'dist/deep/b.cjs b.map',
      'dist/inline.mjs data:appli',
    ]);
  });

  it('are in packages where a pattern says so', async () => {
    expect(await found('node_modules/p/**')).toEqual(['node_modules/p/c.js c.map']);
  });

  it('are none where there is no such directory', async () => {
    expect(await found('nowhere/**')).toEqual([]);
  });
});
