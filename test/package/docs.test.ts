import { existsSync, readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, IPC_ERROR_CODES } from '../../src/ipc/index.js';
import { projectPath } from '../support/cliProcess.js';
import { PAGES, proseOf } from './support/pages.js';

function read(path: string): string {
  return readFileSync(projectPath(path), 'utf8');
}

/** The links of a page to files of the project, as paths from the root, with the heading they lead to. */
function linksIn(page: string): { path: string; heading: string | undefined }[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', heading] = target.split('#');
      return { path: file === '' ? page : normalize(`${dirname(page)}/${file}`), heading };
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsIn(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs', () => {
  it('list every error code, in the order of the code, and no other', () => {
    const documented = [...read('docs/errors.md').matchAll(/^\| `(ERR_\w+)`\s*\|/gm)].map(([, code]) => code);
    expect(documented).toEqual([...IPC_ERROR_CODES]);
  });

  it('list every limit with its default', () => {
    const documented = [
      ...read('docs/architecture.md').matchAll(/^\| `(\w+)`\s*\| ([\d,]+|Infinity)\s*\|/gm),
    ].map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))]);
    expect(documented).toEqual(Object.entries(DEFAULT_LIMITS));
  });

  it('are listed in docs/README.md, each once', () => {
    const listed = linksIn('docs/README.md').map(({ path }) => path);
    const pages = PAGES.filter((page) => page !== 'docs/README.md');
    expect(listed.filter((path) => path !== 'CHANGELOG.md').sort()).toEqual(pages.sort());
  });

  it.each([...PAGES, 'CHANGELOG.md', 'SECURITY.md', 'examples/mockDebug/README.md'])(
    'have links that lead somewhere: %s',
    (page) => {
      const broken = linksIn(page).filter(({ path, heading }) => {
        if (!existsSync(projectPath(path))) return true;
        return heading !== undefined && !anchorsIn(path).includes(heading);
      });
      expect(broken).toEqual([]);
    },
  );
});
