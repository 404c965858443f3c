import { describe, expect, it } from 'vitest';
import {
  crowdedFolders,
  describeCircle,
  fileCircles,
  folderCircles,
  importsBetween,
} from '../support/importGraph.js';
import { projectPath } from '../support/cliProcess.js';
import { sourceFiles } from '../support/sourceFiles.js';
import { timersWithoutReason } from '../support/timers.js';

/** More files than this side by side in one folder are more than one concern. */
const MAX_FILES_PER_FOLDER = 16;

describe('the source files', () => {
  const files = sourceFiles(projectPath('.'), 'src');
  const imports = importsBetween(projectPath('.'), files);

  it('are found, and their imports', () => {
    expect(files).toContain('src/bin.cts');
    expect(imports).toContainEqual({ from: 'src/index.ts', to: 'src/ipc/index.ts' });
  });

  it('do not import each other in a circle, types included', () => {
    expect(fileCircles(imports).map(describeCircle)).toEqual([]);
  });

  it('lie in folders that do not import each other in a circle', () => {
    expect(folderCircles(imports).map(describeCircle)).toEqual([]);
  });

  it(`lie in folders of at most ${MAX_FILES_PER_FOLDER} files`, () => {
    expect(crowdedFolders(files, MAX_FILES_PER_FOLDER)).toEqual([]);
  });
});

describe('the tests', () => {
  it('wait for what happens, not for time to pass: each timer is a deadline or a pace, and says so', () => {
    const files = sourceFiles(projectPath('.'), 'test').filter((file) => !file.includes('/fixtures/'));
    expect(files).toContain('test/support/within.ts');
    expect(files.flatMap((file) => timersWithoutReason(projectPath('.'), file))).toEqual([]);
  });
});
