import { Linter } from 'eslint';
import type { Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
// @ts-expect-error -- a plain module of the build, without declarations
import { pathComparison as rule } from '../../scripts/lint/pathComparison.js';

function problemsIn(code: string): string[] {
  const config: Linter.Config = {
    languageOptions: { parser: tseslint.parser },
    plugins: { project: { rules: { 'path-comparison': rule as Rule.RuleModule } } },
    rules: { 'project/path-comparison': 'error' },
  };
  return new Linter().verify(code, [config]).map(({ messageId = '' }) => messageId);
}

describe('the lint rule for comparing paths', () => {
  it.each([
    'found.path === file',
    'if (source?.path !== expected) stop();',
    'sources.find(({ path }) => path === wanted)',
    'names.includes(scriptPath)',
    'url.startsWith(folder)',
    'known.get(file)',
    'files.add(this.path)',
  ])('refuses %s', (code) => {
    expect(problemsIn(code)).toEqual(['raw']);
  });

  it.each([
    'path === undefined',
    "url === ''",
    "url.startsWith('node:')",
    'isSamePath(one.path, other.path, platform)',
    'known.get(pathKey(file, platform))',
    'byUrl.get(script.url)',
    'line === other.line',
  ])('allows %s', (code) => {
    expect(problemsIn(code)).toEqual([]);
  });
});
