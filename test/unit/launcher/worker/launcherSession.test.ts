import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AdapterStandIn } from '../../../support/launcher/adapterStandIn.js';
import { lineOf, program } from '../../../support/launcher/programs.js';
import { localTransport, posix } from '../../../support/platform.js';

const shop = program('shop.cjs');
const prices = program('prices.cjs');
const module = program('shop.mjs');

interface BreakpointBody {
  readonly id: number;
  readonly verified: boolean;
  readonly line: number;
  readonly message?: string;
}

const launch = (path: string, ...more: string[]): Promise<AdapterStandIn> =>
  AdapterStandIn.initialized({ args: ['--program', path, ...more] });

describe('a debug session in dapper’s dialect', () => {
  it('goes from initialize to the exit code, over every transport of this platform', async () => {
    for (const transport of [localTransport, 'tcp']) {
      await using adapter = await AdapterStandIn.launch({ args: ['--program', shop], config: { transport } });
      const initialized = await adapter.request('initialize');
      expect(initialized.body).toMatchObject({ supportsConfigurationDoneRequest: true });
      await adapter.ask('launch');
      const stopped = await adapter.runTo(shop, lineOf(shop, 'loop'));
      expect(stopped).toMatchObject({ reason: 'breakpoint', threadId: 1, allThreadsStopped: true });
      expect(await adapter.topFrame()).toMatchObject({ name: 'fill', line: lineOf(shop, 'loop') });
      await adapter.ask('setBreakpoints', { source: { path: shop }, breakpoints: [] });
      expect(await adapter.ask('continue', { threadId: 1 })).toEqual({ allThreadsContinued: true });
      expect(await adapter.event('exited')).toEqual({ exitCode: 3 });
      await adapter.event('terminated');
      expect(await adapter.manager.closed).toMatchObject({ by: 'peer', clean: false, exit: { code: 3 } });
      expect(await adapter.process.end()).toMatchObject({ code: 3, stdout: 'total 34\n', stderr: '' });
    }
  });

  it('tells events in dapper’s order, each without a body key where there are no fields', async () => {
    await using adapter = await launch(program('shop.cjs'), '--session-id', 'S-1');
    await adapter.ask('launch');
    await adapter.ask('configurationDone');
    await adapter.process.end();
    await adapter.manager.closed;
    const told = adapter.events.map(({ event }) => event).filter((event) => event !== 'loadedSource');
    expect(told).toEqual(['initialized', 'process', 'thread', 'exited', 'terminated']);
    expect(adapter.events[1]?.body).toMatchObject({
      name: 'shop.cjs',
      systemProcessId: adapter.process.child.pid,
      isLocalProcess: true,
      startMethod: 'launch',
      sessionId: 'S-1',
    });
    expect(adapter.messages).toContainEqual({ event: 'initialized' });
    expect(adapter.messages).toContainEqual({ event: 'terminated' });
  });

  it('waits for configurationDone before the first line, and answers meanwhile', async () => {
    await using adapter = await launch(shop);
    expect(await adapter.ask('threads')).toEqual({ threads: [{ id: 1, name: 'main' }] });
    expect(await adapter.ask('evaluate', { expression: '6 * 7' })).toMatchObject({ result: '42' });
    expect(adapter.process.child.exitCode).toBeNull();
    await adapter.ask('configurationDone');
    expect(await adapter.process.end()).toMatchObject({ code: 3 });
  });

  it('answers configurationDone before anything that the program causes', async () => {
    await using adapter = await launch(shop, '--stop-on-entry');
    await adapter.ask('configurationDone');
    await adapter.event('stopped');
    const kinds = adapter.messages.map(({ event }) => event).filter((event) => event !== 'loadedSource');
    expect(kinds.slice(-3)).toEqual(['response', 'thread', 'stopped']);
  });

  it('steps over, into and out of functions, past node’s own modules', async () => {
    await using adapter = await launch(shop);
    await adapter.runTo(shop, lineOf(shop, 'end'));
    await adapter.ask('setBreakpoints', { source: { path: shop }, breakpoints: [] });
    const names: string[] = [];
    for (const step of ['stepIn', 'stepIn', 'stepIn', 'stepOut', 'stepOut', 'stepOut', 'next', 'next']) {
      await adapter.ask(step, { threadId: 1 });
      expect(await adapter.event('stopped')).toMatchObject({ reason: 'step' });
      const { name, line, source } = await adapter.topFrame();
      names.push(name);
      expect(source.path).toBe(name === 'priceOf' ? prices : shop);
      if (name === 'priceOf') expect(line).toBe(lineOf(prices, 'price'));
    }
    expect(names).toContain('get total');
    expect(names).toContain('priceOf');
    expect(names.at(-1)).toBe('(anonymous)');
  });

  it('steps into a callback that node’s own code calls', async () => {
    const code = [
      'const events = new (require("events").EventEmitter)();',
      'events.on("x", function handler() {',
      '  return 1;',
      '});',
      'debugger;',
      'events.emit("x");',
    ].join('\n');
    await using adapter = await AdapterStandIn.initialized({ args: ['--code', code] });
    await adapter.ask('configurationDone');
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'debugger statement' });
    await adapter.ask('next');
    await adapter.event('stopped');
    await adapter.ask('stepIn');
    await adapter.event('stopped');
    expect(await adapter.topFrame()).toMatchObject({ name: 'handler', line: 3, source: { path: '[eval]' } });
  });

  it('stops in ES modules with a top-level await, and in what they import', async () => {
    await using adapter = await launch(module);
    const double = program('double.mjs');
    await adapter.ask('setBreakpoints', {
      source: { path: double },
      breakpoints: [{ line: lineOf(double, 'double') }],
    });
    await adapter.runTo(module, lineOf(module, 'answer'));
    expect((await adapter.locals()).get('value')).toMatchObject({ value: '20', type: 'number' });
    await adapter.ask('continue');
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect(await adapter.topFrame()).toMatchObject({ name: 'double', source: { path: double } });
    await adapter.ask('stepOut');
    await adapter.event('stopped');
    expect(await adapter.topFrame()).toMatchObject({ name: 'answer', source: { path: module } });
    await adapter.ask('continue');
    expect(await adapter.process.end()).toMatchObject({ code: 0, stdout: '42\n' });
  });

  it.for(['shop.cjs', 'shop.mjs', 'functionsFirst.cjs'])('stops on entry of %s, once', async (name) => {
    await using adapter = await launch(program(name), '--stop-on-entry');
    await adapter.ask('configurationDone');
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'entry' });
    const { name: frame, line, source } = await adapter.topFrame();
    expect([frame, source.path]).toEqual(['(anonymous)', program(name)]);
    if (name === 'functionsFirst.cjs') expect(line).toBe(lineOf(program(name), 'entry'));
    await adapter.ask('continue');
    expect((await adapter.process.end()).signal).toBeNull();
    expect(adapter.events.filter(({ event }) => event === 'stopped')).toHaveLength(1);
  });

  it('stops on entry of code', async () => {
    await using adapter = await AdapterStandIn.initialized({
      args: ['--code', 'const a = 1;\nconsole.log(a, process.argv.length)', '--stop-on-entry'],
    });
    await adapter.ask('configurationDone');
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'entry' });
    expect(await adapter.topFrame()).toMatchObject({ line: 1, source: { name: '[eval]' } });
    await adapter.ask('continue');
    expect(await adapter.process.end()).toMatchObject({ code: 0, stdout: '1 1\n' });
  });

  it('pauses a program in an endless loop, and shows where it is', async () => {
    const spins = program('spins.cjs');
    await using adapter = await launch(spins);
    await adapter.ask('configurationDone');
    await adapter.process.printed('spinning');
    await adapter.ask('pause', { threadId: 1 });
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'pause' });
    expect(await adapter.topFrame()).toMatchObject({ source: { path: spins } });
    const turns = (await adapter.locals()).get('turns');
    expect(Number(turns?.value)).toBeGreaterThanOrEqual(0);
    await adapter.ask('continue');
    await adapter.ask('evaluate', { expression: 'process.exitCode' });
    await adapter.ask('pause');
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'pause' });
    expect(await adapter.topFrame()).toMatchObject({ line: lineOf(spins, 'loop') });
  });

  it('pauses an idle program at the program’s own next statement', async () => {
    const ticks = program('ticks.cjs');
    await using adapter = await launch(ticks);
    await adapter.ask('configurationDone');
    await adapter.process.printed('ticking');
    await adapter.ask('pause');
    expect(await adapter.event('stopped')).toMatchObject({ reason: 'pause' });
    expect(await adapter.topFrame()).toMatchObject({ source: { path: ticks } });
  });
});

describe('breakpoints', () => {
  it('wait for their file, and tell when they have taken their place', async () => {
    await using adapter = await launch(shop);
    const { breakpoints } = await adapter.ask<{ breakpoints: BreakpointBody[] }>('setBreakpoints', {
      source: { path: shop },
      breakpoints: [{ line: 1 }, { line: lineOf(shop, 'loop') }],
    });
    expect(breakpoints).toMatchObject([
      { verified: false, line: 1, message: 'waits for the file to be loaded', source: { path: shop } },
      { verified: false, line: lineOf(shop, 'loop') },
    ]);
    await adapter.ask('configurationDone');
    const resolved = [await adapter.event('breakpoint'), await adapter.event('breakpoint')];
    expect(resolved).toMatchObject([
      // The first line is a comment, so the breakpoint moves to the statement below.
      { reason: 'changed', breakpoint: { id: breakpoints[0]?.id, verified: true, line: 2 } },
      { reason: 'changed', breakpoint: { id: breakpoints[1]?.id, verified: true } },
    ]);
    expect(await adapter.event('stopped')).toMatchObject({ hitBreakpointIds: [breakpoints[0]?.id] });
  });

  it('are verified at once in a loaded file, and replaced as a whole', async () => {
    await using adapter = await launch(shop);
    await adapter.runTo(shop, lineOf(shop, 'loop'));
    const { breakpoints } = await adapter.ask<{ breakpoints: BreakpointBody[] }>('setBreakpoints', {
      source: { path: shop },
      breakpoints: [{ line: lineOf(shop, 'end') }, { line: lineOf(shop, 'end') }, { line: 9999 }],
    });
    expect(breakpoints.map(({ verified }) => verified)).toEqual([true, true, false]);
    expect(breakpoints[2]?.message).toMatch(/no code/);
    await adapter.ask('continue');
    const both = [breakpoints[0]?.id, breakpoints[1]?.id];
    expect(await adapter.event('stopped')).toMatchObject({ hitBreakpointIds: both });
    expect(await adapter.topFrame()).toMatchObject({ line: lineOf(shop, 'end') });
  });

  it('are found in files of any name, and behind links', async () => {
    const directory = mkdtempSync(join(realpathSync(tmpdir()), 'odd names '));
    const odd = join(directory, `a b#c%20[d]'é~^{}${posix ? '?|' : ''}.cjs`);
    const link = join(directory, 'link.cjs');
    writeFileSync(odd, 'const one = 1;\nconsole.log(one);\n');
    symlinkSync(odd, link);
    for (const path of [odd, link]) {
      await using adapter = await launch(path, '--stop-on-entry');
      await adapter.ask('setBreakpoints', { source: { path }, breakpoints: [{ line: 2 }] });
      await adapter.ask('configurationDone');
      expect(await adapter.event('stopped')).toMatchObject({ reason: 'entry' });
      await adapter.ask('continue');
      expect(await adapter.event('stopped')).toMatchObject({ reason: 'breakpoint' });
      expect(await adapter.topFrame()).toMatchObject({ line: 2, source: { path: odd } });
    }
    rmSync(directory, { recursive: true });
  });

  it('are found in a module that is imported with a query', async () => {
    const double = program('double.mjs');
    const code = `import(${JSON.stringify(`${pathToFileURL(double).href}?v=2`)}).then(({ double }) => console.log(double(1)))`;
    await using adapter = await AdapterStandIn.initialized({ args: ['--code', code] });
    await adapter.runTo(double, lineOf(double, 'double'));
    expect(await adapter.topFrame()).toMatchObject({ name: 'double', source: { path: double } });
  });

  it('stop only where their condition is met', async () => {
    await using adapter = await launch(shop);
    await adapter.ask('setBreakpoints', {
      source: { path: shop },
      breakpoints: [{ line: lineOf(shop, 'loop'), condition: 'index === 2' }],
    });
    await adapter.ask('configurationDone');
    await adapter.event('stopped');
    expect((await adapter.locals()).get('name')?.value).toBe("'gear'");
  });
});

describe('commands that cannot be met', () => {
  it('are answered with what is wrong, each once', async () => {
    await using adapter = await launch(shop);
    const wrong: [string, object, RegExp][] = [
      ['fly', {}, /^Unknown command: fly$/],
      ['stackTrace', { threadId: 1 }, /not paused/],
      ['continue', {}, /not paused/],
      ['next', {}, /not paused/],
      ['scopes', {}, /"frameId" is missing/],
      ['scopes', { frameId: 1 }, /not paused/],
      ['variables', { variablesReference: 7 }, /unknown, or of an earlier stop/],
      ['evaluate', { expression: 'nothing.at.all' }, /^ReferenceError: nothing is not defined$/],
      ['evaluate', { expression: '1 +' }, /^SyntaxError: /],
      ['evaluate', { expression: 'throw_' }, /^ReferenceError/],
      ['evaluate', {}, /"expression" is missing/],
      ['setBreakpoints', { breakpoints: [] }, /"source.path" is missing/],
      ['setBreakpoints', { source: { path: shop }, breakpoints: [{ line: 0 }] }, /count from 1/],
      ['setBreakpoints', { source: { path: shop }, breakpoints: 5 }, /must be a list/],
    ];
    for (const [command, args, message] of wrong) {
      const response = await adapter.request(command, args);
      expect([command, response.success, response.message]).toEqual([
        command,
        false,
        expect.stringMatching(message),
      ]);
    }
    await adapter.ask('configurationDone');
    await adapter.process.end();
    expect(adapter.messages.filter(({ event }) => event === 'response')).toHaveLength(wrong.length + 2);
  });

  it('include what was given out at an earlier stop', async () => {
    await using adapter = await launch(shop);
    await adapter.runTo(shop, lineOf(shop, 'loop'));
    const { id } = await adapter.topFrame();
    const basket = (await adapter.locals()).get('name');
    expect(basket).toBeDefined();
    await adapter.ask('continue');
    await adapter.event('stopped');
    expect((await adapter.request('scopes', { frameId: id })).message).toMatch(/not of this stop/);
    expect((await adapter.request('variables', { variablesReference: 1 })).message).toMatch(/earlier stop/);
  });

  it('without id are obeyed and answered with id null', async () => {
    await using adapter = await launch(shop);
    await adapter.manager.sendMessage({
      command: 'setBreakpoints',
      arguments: { source: { path: shop }, breakpoints: [{ line: lineOf(shop, 'loop') }] },
    });
    await adapter.manager.sendMessage({ command: 'configurationDone', arguments: {} });
    await adapter.event('stopped');
    expect(adapter.messages.filter(({ id }) => id === null)).toHaveLength(2);
  });
});

describe('a program without debugger (--no-debug)', () => {
  it('runs at once, and its end is told', async () => {
    await using adapter = await AdapterStandIn.launch({ args: ['--program', shop, '--no-debug'] });
    expect(await adapter.event('exited')).toEqual({ exitCode: 3 });
    await adapter.event('terminated');
    expect(await adapter.process.end()).toMatchObject({ code: 3, stdout: 'total 34\n' });
  });

  it('answers the commands that need no debugger, and refuses the others', async () => {
    const args = ['--program', program('ticks.cjs'), '--no-debug'];
    await using adapter = await AdapterStandIn.initialized({ args });
    await adapter.ask('configurationDone');
    expect((await adapter.request('pause')).message).toMatch(/--no-debug/);
    await adapter.process.printed('ticking');
    await adapter.ask('terminate');
    // Windows has no signals: the program ends at once.
    expect(await adapter.process.end()).toMatchObject({ code: posix ? 4 : 1 });
  });
});

describe('a program that ends at once', () => {
  it('has its continue answered all the same, every time', async () => {
    for (let round = 0; round < 8; round += 1) {
      await using adapter = await AdapterStandIn.initialized({
        args: ['--code', 'process.exit(7)', '--stop-on-entry'],
      });
      await adapter.ask('configurationDone');
      await adapter.event('stopped');
      await adapter.ask('continue');
      expect(await adapter.process.end()).toMatchObject({ code: 7 });
    }
  });
});
