import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unsupportedSettings } from '../../../../src/adapter/starting/unsupportedSettings.js';

/** The settings of js-debug 1.117 for Node.js, as the manifest of its extension lists them. */
const OF_BOTH = [
  ...['autoAttachChildProcesses', 'cascadeTerminateToConfigurations', 'customDescriptionGenerator'],
  ...['customPropertiesGenerator', 'cwd', 'enableContentValidation', 'enableDWARF', 'env', 'envFile'],
  ...['localRoot', 'nodeVersionHint', 'outFiles', 'outputCapture', 'pauseForSourceMap', 'remoteRoot'],
  ...['resolveSourceMapLocations', 'restart', 'runtimeSourcemapPausePatterns', 'showAsyncStacks'],
  ...['skipFiles', 'smartStep', 'sourceMapPathOverrides', 'sourceMapRenames', 'sourceMaps', 'timeout'],
  ...['timeouts', 'trace'],
];
const SETTINGS = {
  launch: [
    ...[...OF_BOTH, 'args', 'attachSimplePort', 'console', 'experimentalNetworking', 'killBehavior'],
    ...['profileStartup', 'program', 'runtimeArgs', 'runtimeExecutable', 'runtimeVersion', 'stopOnEntry'],
  ],
  attach: [
    ...[...OF_BOTH, 'address', 'attachExistingChildren', 'continueOnAttach', 'port', 'processId'],
    ...['remoteHostHeader', 'websocketAddress'],
  ],
} as const;

/** Settings of how js-debug itself works, which change nothing that a user would miss. */
const WITHOUT_EFFECT = [
  ...['enableContentValidation', 'enableDWARF', 'experimentalNetworking', 'nodeVersionHint'],
  ...['pauseForSourceMap', 'timeouts'],
];

interface Manifest {
  readonly contributes: {
    readonly debuggers: readonly [
      { readonly configurationAttributes: Record<string, { readonly properties: object }> },
    ];
  };
}

function describedIn(request: string): string[] {
  const path = new URL('../../../../package.json', import.meta.url);
  const { contributes } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  return Object.keys(contributes.debuggers[0].configurationAttributes[request]?.properties ?? {});
}

describe.each(['launch', 'attach'] as const)('each setting of js-debug for %s', (request) => {
  it('is honoured, or named with the way out, or has no effect that one would miss', () => {
    const described = describedIn(request);
    const ways = SETTINGS[request].map((name) => {
      const isNamed = unsupportedSettings({ [name]: 'given' }, request).length > 0;
      const found = [
        ...(described.includes(name) && !isNamed ? ['honoured'] : []),
        ...(isNamed ? ['named'] : []),
        ...(WITHOUT_EFFECT.includes(name) ? ['without effect'] : []),
      ];
      return `${name}: ${found.join(', ')}`;
    });
    expect(ways.filter((way) => !/: (?:honoured|named|without effect)$/.test(way))).toEqual([]);
  });

  it.each([false, null, undefined, [], {}])('is not named with a value that changes nothing: %j', (value) => {
    const raw = Object.fromEntries(SETTINGS[request].map((name) => [name, value]));
    expect(unsupportedSettings(raw, request)).toEqual([]);
  });
});
