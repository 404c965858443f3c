import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DapClient } from '../../support/dapClient.js';
import { lineOf, stdioClient } from '../../support/programs.js';
import { Project } from '../../support/project.js';
import { InspectedProgram } from '../support/inspectedProgram.js';
import { nextStop } from '../support/stops.js';

const works = fixture('inspection/works.cjs');
const busy = fixture('stepping/busy.cjs');
const worker = fixture('workers/worker.cjs');
const SAID = /^The (?:CPU profile|heap profile|heap snapshot) is in (.*)$/m;

interface Profile {
  readonly type: string;
  readonly file: string;
}

interface CpuProfile {
  readonly nodes: readonly {
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly locationId: number;
    readonly hitCount: number;
  }[];
  readonly samples: readonly number[];
  readonly $vscode: {
    readonly locations: readonly {
      readonly locations: readonly {
        readonly lineNumber: number;
        readonly source: { readonly path: string };
      }[];
    }[];
  };
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'profiles-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function readJson<Shape>(file: string): Shape {
  return JSON.parse(readFileSync(file, 'utf8')) as Shape;
}

async function launched(launch: object, breakpoints: Record<string, number[]> = {}): Promise<DapClient> {
  const { client } = stdioClient();
  await client.start(launch, breakpoints);
  return client;
}

/** Starts a profile. A directory that the debugger has made for it is removed when the test ends. */
async function start(client: DapClient, args: object): Promise<Profile> {
  const profile = await client.request<Profile>('startProfile', args);
  if (!('file' in args)) removeWithTest(profile.file);
  return profile;
}

function removeWithTest(file: string): void {
  onTestFinished(() => rmSync(dirname(file), { recursive: true, force: true }));
}

/** The place in a source of the function with this name, as `path:line`. */
function placeOf({ nodes, $vscode }: CpuProfile, name: string): string {
  const node = nodes.find(({ callFrame }) => callFrame.functionName === name);
  const [place] = $vscode.locations[node?.locationId ?? -1]?.locations ?? [];
  return `${place?.source.path}:${place?.lineNumber}`;
}

async function turnsOf(client: DapClient): Promise<number> {
  const { result } = await client.request<{ result: string }>('evaluate', {
    expression: 'globalThis.turns ?? 0',
  });
  return Number(result);
}

/** Waits for the line that names the profile's file at the end of a program. */
async function saidFile(client: DapClient): Promise<string> {
  await client.waitForEvent('terminated');
  const file = SAID.exec(client.output('console'))?.[1] ?? '';
  if (file !== '') removeWithTest(file);
  return file;
}

describe('a CPU profile', () => {
  it('is recorded of a program that runs, and names the places of its functions', async () => {
    const client = await launched({ program: works });
    const { type, file } = await start(client, { type: 'cpu' });
    expect(type).toBe('cpu');
    const end = (await turnsOf(client)) + 40;
    while ((await turnsOf(client)) < end);
    expect(existsSync(file)).toBe(false);
    expect(await client.request('stopProfile')).toEqual({ type, file });
    expect(file).toMatch(/\.cpuprofile$/);
    expect(placeOf(readJson(file), 'work')).toBe(`${works}:5`);
  });

  it('is recorded of a program that never gives way', async () => {
    const client = await launched({ program: busy });
    const { file } = await start(client, { type: 'cpu' });
    await client.request('evaluate', { expression: 'globalThis.turns ?? 0' });
    await client.request('stopProfile');
    expect(readJson<CpuProfile>(file).samples.length).toBeGreaterThan(0);
  });

  it.skipIf(process.platform === 'win32')('is readable for the user alone', async () => {
    const client = await launched({ program: busy });
    const { file } = await start(client, { type: 'cpu' });
    await client.request('stopProfile');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(file))).toHaveLength(1);
  });

  it('goes from one stop to the next, with the places in the sources of compiled code', async () => {
    const source = [
      'export function spin(n: number): number { // spin',
      '  let sum: number = 0;',
      '  for (let i = 0; i < n; i++) sum += Math.sqrt(i);',
      '  return sum;',
      '}',
      'spin(10); // first',
      'spin(20_000_000);',
      'spin(10);',
    ];
    const project = new Project({ 'src/main.ts': `type Gone = number;\n${source.join('\n')}\n` });
    const program = project.compile(['src/main.ts']);
    const path = project.file('src/main.ts');
    const client = await launched({ program }, { [path]: [7] });
    await nextStop(client);
    await start(client, { type: 'cpu' });
    for (let steps = 0; steps < 2; steps += 1) {
      await client.request('next', { threadId: 1 });
      await nextStop(client);
    }
    const { file } = await client.request<Profile>('stopProfile');
    expect(placeOf(readJson(file), 'spin')).toBe(`${path}:2`);
  });

  it('of a worker thread is that of its thread', async () => {
    const client = await launched(
      { program: fixture('workers/main.cjs') },
      { [worker]: [lineOf(worker, 'loop')] },
    );
    const { threadId } = await client.waitForEvent<{ threadId: number }>('stopped');
    await start(client, { type: 'cpu', threadId });
    await client.request('next', { threadId });
    await client.waitForEvent('stopped');
    const { file } = await client.request<Profile>('stopProfile');
    const urls = readJson<CpuProfile>(file).nodes.map(({ callFrame }) => callFrame.url);
    expect(urls.some((url) => url.endsWith('main.cjs'))).toBe(false);
  });

  it('of a program that is attached to by its port is recorded, too', async () => {
    const program = await InspectedProgram.withInspector('runs');
    const { client } = stdioClient();
    await client.start({ port: program.port }, {}, { request: 'attach' });
    const { file } = await start(client, { type: 'cpu' });
    await client.request('stopProfile');
    expect(readJson<CpuProfile>(file).nodes.length).toBeGreaterThan(0);
  });
});

describe('the memory of a program', () => {
  it('is sampled into a heap profile', async () => {
    const client = await launched({ program: works }, { [works]: [lineOf(works, 'work')] });
    await nextStop(client);
    const { file } = await start(client, { type: 'heap' });
    await client.request('next', { threadId: 1 });
    await nextStop(client);
    await client.request('stopProfile');
    expect(file).toMatch(/\.heapprofile$/);
    expect(JSON.stringify(readJson<{ head: object }>(file).head)).toContain('"functionName":"work"');
  });

  it.each(['stopped', 'running'])('is written as a snapshot of a program that is %s', async (state) => {
    const client = await launched(
      { program: works },
      state === 'stopped' ? { [works]: [lineOf(works, 'work')] } : {},
    );
    if (state === 'stopped') await nextStop(client);
    const { file } = await start(client, { type: 'memory' });
    expect(file).toMatch(/\.heapsnapshot$/);
    const { snapshot, nodes } = readJson<{ snapshot: { node_count: number }; nodes: unknown[] }>(file);
    expect(snapshot.node_count).toBeGreaterThan(1_000);
    expect(nodes.length).toBeGreaterThan(snapshot.node_count);
    // Clients that stop every profile that they have started stop this one, too.
    expect(await client.request('stopProfile')).toEqual({ type: 'memory', file });
  });
});

describe('the file of a profile', () => {
  it.skipIf(process.platform === 'win32')('replaces what was there, and does not follow a link', async () => {
    const folder = directory();
    const [other, link] = [join(folder, 'other'), join(folder, 'a b.cpuprofile')];
    writeFileSync(other, 'precious');
    symlinkSync(other, link);
    const client = await launched({ program: busy });
    await start(client, { type: 'cpu', file: link });
    expect(readlinkSync(link)).toBe(other);
    expect(await client.request('stopProfile')).toEqual({ type: 'cpu', file: link });
    expect(readFileSync(other, 'utf8')).toBe('precious');
    expect(readJson<CpuProfile>(link).samples.length).toBeGreaterThan(0);
    expect(readdirSync(folder).sort()).toEqual(['a b.cpuprofile', 'other']);
  });

  it('is refused if it cannot be written, and the next profile is not held up by that', async () => {
    const client = await launched({ program: busy });
    const missing = join(directory(), 'missing', 'a.cpuprofile');
    const refused = await client.ask('startProfile', { type: 'cpu', file: missing });
    expect(refused.message).toContain(`cannot write the profile to "${missing}"`);
    const relative = await client.ask('startProfile', { type: 'cpu', file: 'a.cpuprofile' });
    expect(relative.message).toContain('"file" must be an absolute path');
    await start(client, { type: 'cpu' });
    expect((await client.ask('stopProfile')).success).toBe(true);
  });
});

describe('the end of a session', () => {
  it('writes the profile of a program that exits, and names its file', async () => {
    const client = await launched({ program: works, args: ['once'] }, { [works]: [lineOf(works, 'work')] });
    await nextStop(client);
    await start(client, { type: 'cpu' });
    await client.request('continue', { threadId: 1 });
    const file = await saidFile(client);
    expect(placeOf(readJson(file), 'work')).toBe(`${works}:5`);
  });

  it.each(['terminate', 'disconnect'])('writes it at %s', async (command) => {
    const client = await launched({ program: works });
    const { file } = await start(client, { type: 'cpu' });
    await client.request(command);
    if (command === 'terminate') expect(await saidFile(client)).toBe(file);
    expect(readJson<CpuProfile>(file).nodes.length).toBeGreaterThan(0);
  });

  it('writes the profile of the whole program with "profileStartup"', async () => {
    const client = await launched({ program: works, args: ['once'], profileStartup: true });
    expect(placeOf(readJson(await saidFile(client)), 'work')).toBe(`${works}:5`);
  });

  it('gives no name to an unfinished file if the program is killed', async () => {
    const folder = directory();
    const client = await launched({ program: busy });
    const { systemProcessId } = await client.waitForEvent<{ systemProcessId: number }>('process');
    await start(client, { type: 'cpu', file: join(folder, 'a.cpuprofile') });
    process.kill(systemProcessId, 'SIGKILL');
    await client.waitForEvent('terminated');
    expect(existsSync(join(folder, 'a.cpuprofile'))).toBe(false);
  });
});

describe('a profile', () => {
  it('is refused with the way out', async () => {
    const client = await launched({ program: busy });
    const messageOf = async (command: string, args?: object): Promise<string | undefined> =>
      (await client.ask(command, args)).message;
    expect(await messageOf('stopProfile')).toContain('send startProfile first');
    expect(await messageOf('startProfile', {})).toContain('"type" is missing');
    expect(await messageOf('startProfile', { type: 'fast' })).toContain('cpu, heap, memory; not "fast"');
    expect(await messageOf('startProfile', { type: 'cpu', stopAtBreakpoint: [1] })).toContain(
      'stopAtBreakpoint',
    );
    expect(await messageOf('startProfile', { type: 'cpu', threadId: 99 })).toContain('there is no thread 99');
    await start(client, { type: 'cpu' });
    expect(await messageOf('startProfile', { type: 'heap' })).toContain('send stopProfile first');
    expect(await messageOf('stopProfile')).toBeUndefined();
  });

  it('is refused without a debugger', async () => {
    const client = await launched({ program: busy, noDebug: true });
    expect((await client.ask('startProfile', { type: 'cpu' })).success).toBe(false);
  });
});
