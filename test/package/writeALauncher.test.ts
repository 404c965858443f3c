import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

const guide = read('docs/write-a-launcher.md');

/** The flags that a text names, sorted, each once. */
function flagsIn(text: string): string[] {
  return [...new Set(text.match(/--[a-z][a-z-]*/g))].sort();
}

describe('docs/write-a-launcher.md', () => {
  it('quotes the example word by word', () => {
    const launcher = read('examples/pythonLauncher/launcher.py');
    const excerpts = [...guide.matchAll(/```python\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    expect(excerpts.length).toBeGreaterThan(6);
    for (const excerpt of excerpts) expect(launcher).toContain(excerpt);
  });

  it('lists the arguments that the adapter may give, and no other', () => {
    const table = guide.split('## 2.')[0]?.match(/^\| `--.*$/gm) ?? [];
    const flags = flagsIn(table.join('\n'));
    const sources = [
      'ipc/session/launcherArgs',
      'adapter/starting/launcherCommand',
      'adapter/profiles/nativeProfile',
    ]
      .map((name) => read(`src/${name}.ts`))
      .join('');
    const given = [...sources.matchAll(/['`](--[a-z-]+)/g)].map(([, flag]) => flag);
    expect(flags).toEqual([...new Set(given)].sort());
  });

  it('names files that exist', () => {
    const links = [...guide.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => `docs/${link}`);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect(read(link)).not.toBe('');
  });
});
