import { describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { stopLauncher } from '../../../../src/ipc/session/stopLauncher.js';
import { exitOf, firstLine, startFixture } from '../../../support/fixtureProcess.js';
import { rejectionOf } from '../../../support/rejection.js';

describe.skipIf(process.platform === 'win32')('stopLauncher (signals)', () => {
  it('asks first, and needs no signal if that is enough', async () => {
    const child = startFixture('neverConnects');
    await firstLine(child);
    const stopped = await stopLauncher(child, { ask: () => child.kill('SIGINT') });
    expect(stopped).toMatchObject({ step: 'asked', exit: { code: null, signal: 'SIGINT' } });
  });

  it('goes on to SIGTERM and SIGKILL, each after a step', async () => {
    const child = startFixture('neverConnects');
    await firstLine(child);
    child.kill('SIGSTOP'); // A stopped process takes no signal but SIGKILL.
    const ask = (): never => {
      throw new Error('it cannot be asked');
    };
    expect(await stopLauncher(child, { ask, stepMs: 20 })).toMatchObject({
      step: 'SIGKILL',
    });
    expect(await exitOf(child)).toMatchObject({ signal: 'SIGKILL' });
  });
});

describe('stopLauncher', () => {
  it('leaves a process that has ended alone', async () => {
    const child = startFixture('diesEarly');
    const exit = await exitOf(child);
    expect(await stopLauncher(child)).toMatchObject({ step: 'none', exit });
  });

  it('reports a process that never started', async () => {
    const child = spawn('/no/such/program');
    const { step, exit } = await stopLauncher(child);
    expect([step, exit?.error?.message]).toEqual(['none', expect.stringContaining('ENOENT')]);
  });

  it('refuses a time that is none', async () => {
    const error = await rejectionOf(stopLauncher(startFixture('neverConnects'), { stepMs: NaN }));
    expect(error.code).toBe('ERR_IPC_CONFIG');
  });
});
