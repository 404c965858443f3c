import { readFileSync } from 'node:fs';
import type { StartRequest } from './readSettings.js';

/** The part of JSON Schema that the manifest uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly markdownDescription?: string;
  readonly markdownEnumDescriptions?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

interface Contributed {
  readonly type: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly runtime: string;
  readonly languages: readonly string[];
  readonly configurationAttributes: Readonly<Record<StartRequest, Schema>>;
  readonly initialConfigurations: readonly Readonly<Record<string, unknown>>[];
  readonly configurationSnippets: readonly {
    readonly label: string;
    readonly description: string;
    readonly body: Readonly<Record<string, unknown>>;
  }[];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly contributes: {
    readonly breakpoints: readonly { readonly language: string }[];
    readonly debuggers: readonly [Contributed];
  };
}

/** The text of a file of the repository. */
export function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

/** package.json, which declares the debugger to editors. */
export const manifest = JSON.parse(read('package.json')) as Manifest;
export const contributed = manifest.contributes.debuggers[0];

/** All settings of a schema by name, those within others as `outer.inner`. */
export function settingsOf(schema: Schema, prefix = ''): [string, Schema][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [
    [prefix + name, inner] as [string, Schema],
    ...settingsOf(inner, `${prefix}${name}.`),
  ]);
}
