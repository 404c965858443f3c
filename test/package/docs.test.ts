import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, IPC_ERROR_CODES } from '../../src/ipc/index.js';

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

describe('docs', () => {
  it('list every error code, in the order of the code, and no other', () => {
    const documented = [...read('docs/errors.md').matchAll(/^\| `(ERR_\w+)`\s*\|/gm)].map(([, code]) => code);
    expect(documented).toEqual([...IPC_ERROR_CODES]);
  });

  it('list every limit with its default', () => {
    const documented = [...read('docs/architecture.md').matchAll(/^\| `(\w+)`\s*\| ([\d,]+)\s*\|/gm)].map(
      ([, name, value]) => [name, Number(value?.replaceAll(',', ''))],
    );
    expect(documented).toEqual(Object.entries(DEFAULT_LIMITS));
  });
});
