import { describe, expect, it } from 'vitest';
import { launchWith } from '../unit/adapter/sessionPair.js';
import { readLaunchArguments } from '../../src/adapter/settings/launchArguments.js';
import { DEFAULT_SETTINGS } from '../../src/launcher/debugger/settings/debugSettings.js';
import type { Message } from '../../src/ipc/index.js';
import { contributed, manifest, read, settingsOf } from './support/manifest.js';
import type { Schema } from './support/manifest.js';
import { answerTo, settingsRead, STARTS } from './support/readSettings.js';
import type { StartRequest } from './support/readSettings.js';

const REQUESTS: readonly StartRequest[] = ['launch', 'attach'];
/** Set by editors themselves, and in every editor's own schema. */
const OF_THE_EDITOR = ['noDebug'];
/** What the session of a program says to those of its child processes, and nobody else to anybody. */
const BETWEEN_SESSIONS = 'childSession';

const schemas = contributed.configurationAttributes;

/** Whether a setting is one for people: not an editor's, not within a DAP server's `arguments`. */
function isSetting(name: string): boolean {
  if (OF_THE_EDITOR.includes(name) || name.startsWith('__')) return false;
  return name.split('.')[0] !== BETWEEN_SESSIONS && !name.startsWith('launcher.arguments.');
}

/** Whether one of the adapter's readers refuses the request with these changes to it, and says this. */
async function isRefused(
  request: StartRequest,
  change: (usable: Message) => object,
  saying: string,
): Promise<boolean> {
  for (const usable of STARTS[request]) {
    const { success, message = '' } = await answerTo(request, { ...usable, ...change(usable as Message) });
    if (!success && message.includes(saying)) return true;
  }
  return false;
}

/** A value that a setting of this kind cannot have. */
function wrongFor({ type }: Schema): unknown {
  return type === 'number' || type === 'boolean' ? 'nonsense' : 17;
}

describe.each(REQUESTS)('the settings of %s', (request) => {
  const schema = schemas[request];
  const described = settingsOf(schema);

  it('are described to the last, and none is described that is not read', async () => {
    const known = (await settingsRead(request)).filter(isSetting);
    expect(described.map(([name]) => name).sort()).toEqual(known);
  });

  it.each(described)('%s is told in words, and so is each of its choices', (_name, setting) => {
    expect(setting.markdownDescription).toMatch(/^[A-Z].*\.$/s);
    expect(setting.type).toBeDefined();
    expect(setting.markdownEnumDescriptions ?? setting.enum ?? []).toHaveLength(setting.enum?.length ?? 0);
    if (setting.enum !== undefined && setting.default !== undefined)
      expect(setting.enum).toContain(setting.default);
  });

  it.each(Object.entries(schema.properties ?? {}))(
    '%s is refused by name where its kind is wrong',
    async (name, setting) => {
      const wrong = () => ({ [name]: wrongFor(setting) });
      expect(await isRefused(request, wrong, `"${name}`)).toBe(true);
    },
  );

  it.each(described.filter(([, setting]) => setting.enum !== undefined))(
    '%s takes no other than the choices that are described',
    async (name) => {
      const [outer = '', inner] = name.split('.');
      const wrong = (usable: Message) => ({
        [outer]: inner === undefined ? 'nonsense' : { ...(usable[outer] as object), [inner]: 'nonsense' },
      });
      expect(await isRefused(request, wrong, '"nonsense"')).toBe(true);
    },
  );
});

/** What a launch comes to: what it leaves out of how to debug is for the launcher to fill in. */
async function settled(args: object): Promise<object> {
  const { debugSettings, children, ...launch } = await readLaunchArguments(args as Message);
  // What the sessions of children inherit is the request itself.
  const ofChildren = { ...children, inherited: undefined };
  return { ...launch, ofChildren, debugSettings: { ...DEFAULT_SETTINGS, ...debugSettings } };
}

describe('the defaults of the schema', () => {
  it('are what leaving the setting out means', async () => {
    const left = launchWith('diesEarly');
    const defaults = Object.entries(schemas.launch.properties ?? {})
      // These two are of the editor: the adapter cannot know a file or a folder.
      .filter(([name, setting]) => setting.default !== undefined && name !== 'program' && name !== 'cwd')
      .map(([name, setting]) => [name, setting.default] as const);
    expect(defaults.length).toBeGreaterThan(10);
    const given = { ...Object.fromEntries(defaults), ...left };
    expect(await settled(given)).toEqual(await settled(left));
  });
});

describe('the configurations that an editor offers', () => {
  const offered = [
    ...contributed.initialConfigurations,
    ...contributed.configurationSnippets.map(({ body }) => body),
  ];

  it.each(offered.map((body) => [body.name, body] as const))(
    '%s has described settings only',
    (_name, body) => {
      const { type, request, name, ...settings } = body;
      expect(type).toBe(contributed.type);
      expect(name).toEqual(expect.any(String));
      const { properties = {} } = schemas[request as StartRequest];
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(settings)));
    },
  );

  it('include one of each request', () => {
    expect(new Set(offered.map(({ request }) => request))).toEqual(new Set(REQUESTS));
  });
});

/** The settings in the tables of a page: those with the heading "field". */
function settingsTold(page: string): string[] {
  const tables = read(page).match(/^\| field +\|.*\n(?:\|.*\n)+/gm) ?? [];
  const cells = tables.flatMap((table) =>
    [...table.matchAll(/^\| (`[^|]*)\|/gm)].map(([, cell = '']) => cell),
  );
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name));
}

describe('the tables of settings', () => {
  const names = (request: StartRequest) => Object.keys(schemas[request].properties ?? {});

  it('in the README have every setting of launch, and no other', () => {
    expect(settingsTold('README.md').sort()).toEqual([...names('launch'), ...OF_THE_EDITOR].sort());
  });

  it('in docs/debugging.md have what attach has beside, and none that there is not', () => {
    const told = settingsTold('docs/debugging.md');
    const beside = names('attach').filter((name) => !names('launch').includes(name));
    expect(told).toEqual(expect.arrayContaining(beside));
    expect([...names('launch'), ...beside]).toEqual(expect.arrayContaining(told));
  });
});

describe('the debugger', () => {
  it('is offered for JavaScript and TypeScript, and takes breakpoints there', () => {
    const languages = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact'];
    expect(contributed.languages).toEqual(languages);
    expect(manifest.contributes.breakpoints.map(({ language }) => language)).toEqual(languages);
  });
});
