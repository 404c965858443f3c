import { readdirSync, readFileSync } from 'node:fs';
import { projectPath } from '../../support/cliProcess.js';

/** The files below a folder of the project, as paths from its root. */
export function filesBelow(folder: string): string[] {
  return readdirSync(projectPath(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(projectPath('').length));
}

/** The pages for readers: the README, and everything in docs. The changelog names the past, and is not among them. */
export const PAGES = ['README.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))];

/** The text of a page without its code blocks. */
export function proseOf(page: string): string {
  return readFileSync(projectPath(page), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
}

/** The code names of a page: the texts in backticks in its prose. */
export function codeNamesIn(page: string): string[] {
  return [...new Set([...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code))];
}
