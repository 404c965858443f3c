import { describe, expect, it } from 'vitest';
import { launchWith } from '../adapter/sessionPair.js';
import { readLaunchArguments } from '../../src/adapter/launchArguments.js';
import { contributed, manifest, read, settingsOf } from './support/manifest.js';
import type { Schema } from './support/manifest.js';
import { answerTo, settingsRead, STARTS } from './support/readSettings.js';
import type { StartRequest } from './support/readSettings.js';

const REQUESTS: readonly StartRequest[] = ['launch', 'attach'];
/** Set by editors themselves, and in every editor's own schema. */
const OF_THE_EDITOR = ['noDebug'];

const schemas = contributed.configurationAttributes;

/** Within a DAP server's `arguments` are that server's own settings. */
function isOurs(name: string): boolean {
  return !name.startsWith('launcher.arguments.');
}

/** A value that a setting of this kind cannot have. */
function wrongFor({ type }: Schema): unknown {
  return type === 'number' || type === 'boolean' ? 'nonsense' : 17;
}

describe.each(REQUESTS)('the settings of %s', (request) => {
  const schema = schemas[request];
  const described = settingsOf(schema);

  it('are described to the last, and none is described that is not read', async () => {
    const known = (await settingsRead(request))
      .filter(isOurs)
      .filter((name) => !OF_THE_EDITOR.includes(name));
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
      const [usable] = STARTS[request];
      const { success, message } = await answerTo(request, { ...usable, [name]: wrongFor(setting) });
      expect(success).toBe(false);
      expect(message).toContain(`"${name}`);
    },
  );

  it.each(described.filter(([, setting]) => setting.enum !== undefined))(
    '%s takes the choices that are described, and no other',
    async (name) => {
      const [outer = '', inner] = name.split('.');
      const [usable] = STARTS[request];
      const value = inner === undefined ? 'nonsense' : { command: process.execPath, [inner]: 'nonsense' };
      const { message } = await answerTo(request, {
        ...usable,
        [outer]: outer === 'ipc' ? { [inner ?? '']: 'nonsense' } : value,
      });
      expect(message).toContain(inner ?? outer);
    },
  );
});

describe('the defaults of the schema', () => {
  it('are what leaving the setting out means', async () => {
    const left = launchWith('diesEarly');
    const defaults = Object.entries(schemas.launch.properties ?? {})
      // These two are of the editor: the adapter cannot know a file or a folder.
      .filter(([name, setting]) => setting.default !== undefined && name !== 'program' && name !== 'cwd')
      .map(([name, setting]) => [name, setting.default] as const);
    expect(defaults.length).toBeGreaterThan(10);
    const given = { ...Object.fromEntries(defaults), ...left };
    expect(await readLaunchArguments(given)).toEqual(
      await readLaunchArguments(left as Record<string, unknown>),
    );
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

describe('the table of settings in the README', () => {
  it('has every setting, and no other', () => {
    const rows = [...read('README.md').matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)].map(
      ([, names]) => names ?? '',
    );
    const told = rows.flatMap((names) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const settings = REQUESTS.flatMap((request) => Object.keys(schemas[request].properties ?? {}));
    expect([...new Set(told)].sort()).toEqual([...new Set([...settings, ...OF_THE_EDITOR])].sort());
  });
});

describe('the debugger', () => {
  it('is offered for JavaScript and TypeScript, and takes breakpoints there', () => {
    const languages = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact'];
    expect(contributed.languages).toEqual(languages);
    expect(manifest.contributes.breakpoints.map(({ language }) => language)).toEqual(languages);
  });
});
