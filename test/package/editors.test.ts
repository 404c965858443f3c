import { describe, expect, it } from 'vitest';
import { contributed, read } from './support/manifest.js';
import type { StartRequest } from './support/readSettings.js';

type Configuration = Readonly<Record<string, unknown>> & { readonly request: StartRequest };

/** The launch configurations in the pages for users, with the page each is in. */
const written = ['README.md', 'docs/vscode.md', 'docs/editors.md'].flatMap((page) =>
  [...read(page).matchAll(/```json\n([\s\S]*?)```/g)]
    .map(
      ([, json]) => JSON.parse(json ?? '') as Configuration & { configurations?: Configuration[] | object },
    )
    .flatMap((block) => {
      const { configurations = [block] } = block;
      // vimspector names its configurations, and has the settings inside.
      if (Array.isArray(configurations)) return configurations as Configuration[];
      const ofVimspector = Object.values(configurations) as { configuration: Configuration }[];
      return ofVimspector.map(({ configuration }) => ({ type: contributed.type, ...configuration }));
    })
    .map((configuration) => [page, configuration] as const),
);

/** Settings in the notation of an editor: names at the beginning of a line's `name =` or `:name`. */
function namesIn(language: string, pattern: RegExp): string[] {
  const blocks = [
    ...read('docs/editors.md').matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g')),
  ];
  expect(blocks).not.toHaveLength(0);
  return blocks.flatMap(([, block = '']) => [...block.matchAll(pattern)].map(([, name = '']) => name));
}

/** What every configuration has, and what goes to a DAP server that has settings of its own. */
const COMMON = ['type', 'request', 'name'];
const settings = Object.values(contributed.configurationAttributes).flatMap(({ properties }) =>
  Object.keys(properties ?? {}),
);

describe('the settings that are shown to users', () => {
  it.each(written)('in %s are ones that there are: %j', (_page, { type, request, ...rest }) => {
    expect(type).toBe(contributed.type);
    const { launcher } = rest as { launcher?: { profile?: string } };
    if (launcher?.profile === 'dap') return;
    const { properties = {} } = contributed.configurationAttributes[request];
    expect([...Object.keys(properties), 'name']).toEqual(expect.arrayContaining(Object.keys(rest)));
  });

  it.each([
    ['lua', / {4}(\w+) = /g, []],
    ['elisp', / :(\w+) /g, ['dap-server-path']],
    ['toml', /(?:args = \{|,) (\w+) = "?[[{\w]/g, ['completion', 'default']],
  ])('in the notation of %s are ones that there are', (language, pattern, own) => {
    const names = namesIn(language, pattern);
    expect(names).not.toHaveLength(0);
    expect([...settings, ...COMMON, ...own]).toEqual(expect.arrayContaining(names));
  });
});
