import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAP_ERROR_IDS, DapError } from '../../../../src/adapter/dap/dapErrors.js';
import { readLaunchArguments } from '../../../../src/adapter/settings/launchArguments.js';
import { launcherEnvironment } from '../../../../src/adapter/process/launcherEnvironment.js';
import { launcherCommand } from '../../../../src/adapter/starting/launcherCommand.js';
import { posix } from '../../../support/platform.js';

let cwd = '';

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'launch-arguments-'));
  writeFileSync(join(cwd, 'main.js'), '');
  mkdirSync(join(cwd, 'lib'));
});

afterAll(() => {
  rmSync(cwd, { recursive: true });
});

const usable = () => ({ program: 'main.js', cwd });

describe('readLaunchArguments', () => {
  it('fills in every default', async () => {
    expect(await readLaunchArguments(usable())).toEqual({
      target: { kind: 'program', path: join(cwd, 'main.js'), args: [] },
      alternative: undefined,
      cwd,
      env: {},
      console: 'internalConsole',
      stopOnEntry: false,
      noDebug: false,
      runtimeExecutable: process.execPath,
      runtimeArgs: [],
      launcher: undefined,
      ipc: {},
      launchTimeoutMs: 30_000,
      terminateTimeoutMs: 1_500,
      keepRunning: false,
      debugSettings: {},
      children: { timeoutMs: 30_000, inherited: { cwd }, byEvent: false },
      programs: undefined,
    });
  });

  it('takes everything that can be given, and lets fields of the client pass', async () => {
    const given = {
      args: ['-x', ''],
      env: { A: '1', B: null },
      console: 'externalTerminal',
      stopOnEntry: true,
      noDebug: true,
      runtimeExecutable: process.execPath,
      runtimeArgs: ['--enable-source-maps'],
      launcher: { command: 'python', args: ['-m', 'dapper.launcher'], profile: 'native' },
      ipc: { transport: 'tcp', host: '::1', port: 0, fallback: false },
      launchTimeoutMs: 500,
      terminateTimeoutMs: 1,
      keepRunning: true,
    };
    const debugSettings = { skipFiles: ['<node_internals>/**'] };
    const others = { __sessionId: 1, name: 'x', type: 'y' };
    const ofChildren = { autoAttachChildProcesses: true, childAttachTimeoutMs: 700 };
    const read = await readLaunchArguments({
      ...usable(),
      ...given,
      ...debugSettings,
      ...others,
      ...ofChildren,
    });
    const inherited = {
      ...{ cwd, type: 'y', launchTimeoutMs: 500, terminateTimeoutMs: 1 },
      ...debugSettings,
      ...ofChildren,
    };
    const children = { timeoutMs: 700, inherited, byEvent: false };
    const { args, ...rest } = given;
    const target = { kind: 'program', path: join(cwd, 'main.js'), args };
    expect(read).toEqual({ ...rest, target, cwd, debugSettings, children });
  });

  it('leaves children alone where that is asked for', async () => {
    const read = await readLaunchArguments({ ...usable(), autoAttachChildProcesses: false });
    expect(read.children).toBeUndefined();
  });

  it.each<[string, object, RegExp]>([
    ['no program', { program: undefined }, /"program" is missing/],
    ['an empty program', { program: '' }, /"program" is empty/],
    [
      'a program of the wrong type',
      { program: 5 },
      /"program" must be a string, and it is a value of type number/,
    ],
    ['a program that is a list', { program: ['a.js'] }, /"program" must be a string, and it is a list/],
    [
      'a program that is not there',
      { program: 'other.js' },
      /"program" is not there: ".*other\.js"\. Give the path/,
    ],
    ['a program without its extension', { program: 'main' }, /Did you mean ".*main\.js"\?/],
    ['a program below a file', { program: 'main.js/x.js' }, /"program" is not there/],
    ['a program that is a directory', { program: 'lib' }, /"program" is a directory/],
    ['a program with a null character', { program: 'a\0.js' }, /null character/],
    [
      'a program path beyond all limits',
      { program: 'a'.repeat(5000) },
      posix ? /cannot be looked at/ : /is not there/,
    ],
    ['a cwd that is not there', { cwd: '/not/there' }, /"cwd" is not a directory/],
    ['a cwd of the wrong type', { cwd: {} }, /"cwd" must be a string/],
    ['args that are no list', { args: 5 }, /"args" must be a list of strings, and it is/],
    ['an argument that is no string', { args: ['a', 1] }, /"args\[1\]" must be a string/],
    ['an argument with a null character', { args: ['a\0'] }, /"args\[0\]" has a null character/],
    ['an env that is no object', { env: ['A=1'] }, /"env" must be an object, and it is a list/],
    ['a variable that is no string', { env: { A: 1 } }, /"env\.A" must be a string/],
    ['a variable without a name', { env: { '': 'x' } }, /name that no variable can have/],
    ['a variable with = in its name', { env: { 'A=B': 'x' } }, /name that no variable can have/],
    ['stopOnEntry that is no boolean', { stopOnEntry: 1 }, /"stopOnEntry" must be true or false/],
    ['noDebug that is null', { noDebug: null }, /"noDebug" must be true or false, and it is null/],
    ['autoAttachChildProcesses that is a word', { autoAttachChildProcesses: 'no' }, /must be true or false/],
    ['childAttachTimeoutMs of 0', { childAttachTimeoutMs: 0 }, /"childAttachTimeoutMs" must be more than 0/],
    ['keepRunning that is a number', { keepRunning: 1 }, /"keepRunning" must be true or false/],
    ['keepRunning of another word', { keepRunning: 'yes' }, /"keepRunning" is one of reattach.*"yes"/],
    ['runtimeArgs that are no list', { runtimeArgs: {} }, /"runtimeArgs" must be a list/],
    ['a launcher that is a string', { launcher: 'python' }, /"launcher" must be an object/],
    ['a launcher without a command', { launcher: { args: [] } }, /"launcher\.command" is missing/],
    [
      'a launcher with args of a wrong type',
      { launcher: { command: 'a', args: [2] } },
      /"launcher\.args\[0\]"/,
    ],
    [
      'a launcher setting that is misspelt',
      { launcher: { cmd: 'a' } },
      /no setting "cmd"\. Known: command, args, profile/,
    ],
    [
      'an ipc setting that is misspelt',
      { ipc: { transprot: 'tcp' } },
      /no setting "transprot"\. Known: transport/,
    ],
    ['a limit of ipc that is misspelt', { ipc: { limits: { maxFrame: 1 } } }, /no setting "maxFrame"/],
    [
      'a limit of ipc that is text',
      { ipc: { limits: { maxFrameBytes: '1' } } },
      /"ipc\.limits\.maxFrameBytes" must/,
    ],
    ['a limit of ipc that is 0', { ipc: { limits: { closeTimeoutMs: 0 } } }, /must be above 0/],
    ['limits of ipc that are a number', { ipc: { limits: 1 } }, /"ipc\.limits" must be an object/],
    ['an ipc.allowOtherUsers that is text', { ipc: { allowOtherUsers: 'yes' } }, /must be true or false/],
    ['an ipc port that is a string', { ipc: { port: '80' } }, /"ipc\.port" must be a number/],
    ['an ipc transport that is a number', { ipc: { transport: 1 } }, /"ipc\.transport" must be a string/],
    ['a time-out of 0', { launchTimeoutMs: 0 }, /"launchTimeoutMs" must be more than 0/],
    [
      'a time-out that is a string',
      { launchTimeoutMs: '5s' },
      /"launchTimeoutMs" must be a number of milliseconds/,
    ],
    [
      'a time-out that no timer takes',
      { terminateTimeoutMs: 2 ** 31 },
      /"terminateTimeoutMs" must be .* at most/,
    ],
  ])('refuses %s', async (_what, change, text) => {
    const refused = readLaunchArguments({ ...usable(), ...change });
    await expect(refused).rejects.toThrow(text);
    await expect(refused).rejects.toMatchObject({ id: DAP_ERROR_IDS.badLaunchArgument, showUser: true });
    await expect(refused).rejects.toBeInstanceOf(DapError);
  });
});

describe('launcherCommand', () => {
  const endpoint = ['--ipc', 'unix', '--ipc-path', '/run/x'];

  it('runs the launcher of this package by the runtime that was asked for', async () => {
    const launch = await readLaunchArguments({ ...usable(), runtimeArgs: ['--no-warnings'] });
    const { command, args } = launcherCommand(launch, endpoint, 'id-1');
    expect(command).toBe(process.execPath);
    expect(args[0]).toBe('--no-warnings');
    expect(args[1]).toMatch(/launcher[\\/]main\.cjs$/);
    expect(args.slice(2)).toEqual([...endpoint, '--program', join(cwd, 'main.js'), '--session-id', 'id-1']);
  });

  it("runs a launcher of the user's own, its arguments first", async () => {
    const launch = await readLaunchArguments({
      ...usable(),
      args: ['--verbose', 'x y'],
      stopOnEntry: true,
      noDebug: true,
      keepRunning: true,
      launcher: { command: 'python', args: ['-m', 'dapper.launcher'] },
    });
    expect(launcherCommand(launch, endpoint, 'id-1')).toEqual({
      command: 'python',
      args: [
        ...['-m', 'dapper.launcher', ...endpoint, '--program', join(cwd, 'main.js')],
        ...['--arg=--verbose', '--arg=x y', '--stop-on-entry', '--no-debug', '--keep-running'],
        ...['--session-id', 'id-1'],
      ],
    });
  });

  it.each([
    [{}, ['--keep-running', '--reattach-timeout-ms=600000']],
    [{ reattachTimeoutMs: 1.5 }, ['--keep-running', '--reattach-timeout-ms=2']],
    [{ noDebug: true }, ['--no-debug', '--keep-running']],
  ])('has the launcher serve another adapter, with %j', async (more, options) => {
    const launch = await readLaunchArguments({ ...usable(), keepRunning: 'reattach', ...more });
    const { args } = launcherCommand(launch, endpoint, 'id-1');
    expect(args.slice(args.indexOf(join(cwd, 'main.js')) + 1)).toEqual([...options, '--session-id', 'id-1']);
  });

  it('adds variables, takes away those that are null, and passes on what the endpoint needs', async () => {
    const launch = await readLaunchArguments({ ...usable(), env: { ADDED: '1', PATH: null } });
    const env = launcherEnvironment(launch.env, { ENDPOINT: 'x' });
    expect(env).toMatchObject({ ADDED: '1', ENDPOINT: 'x' });
    // On Windows, the launcher removes empty variables.
    expect(env.PATH).toBe(posix ? undefined : '');
    expect(process.env).toHaveProperty('PATH');
  });
});
