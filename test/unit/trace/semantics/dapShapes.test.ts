import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { checkShape } from '../../../../src/trace/semantics/checkShape.js';
import { projectPath } from '../../../support/cliProcess.js';

it('the shapes are those of @vscode/debugprotocol', () => {
  const { status, stderr } = spawnSync(process.execPath, [projectPath('scripts/dapShapes.mjs'), '--check'], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

it.each<[object, string[]]>([
  [{ type: 'event', event: 'output', body: { output: 'x', group: 'start' } }, []],
  [
    { type: 'event', event: 'output', body: { output: 'x', group: 'begin' } },
    ['body.group is "begin" and not one of start, startCollapsed, end'],
  ],
  [{ type: 'event', event: 'of mine', body: 17 }, []],
  [{ type: 'event', event: 'exited' }, ['body is missing']],
  [{ type: 'event', event: 'thread', body: [] }, ['body is list and not an object']],
  [
    { type: 'request', command: 'setBreakpoints', arguments: { source: {}, breakpoints: [{}] } },
    ['arguments.breakpoints[0].line is missing'],
  ],
  [
    {
      type: 'request',
      command: 'runInTerminal',
      arguments: { args: ['a'], cwd: '', env: { A: null, B: 'b' } },
    },
    [],
  ],
  [
    { type: 'request', command: 'runInTerminal', arguments: { args: ['a'], cwd: '', env: { A: 1 } } },
    ['arguments.env.A is 1, which is none of its kinds'],
  ],
  [
    { type: 'response', command: 'threads', success: true, body: { threads: [{ id: 1 }] } },
    ['body.threads[0].name is missing'],
  ],
  [
    { type: 'response', command: 'threads', success: false, body: { error: { id: 1 } } },
    ['body.error.format is missing'],
  ],
  [
    { type: 'request', command: 'launch', arguments: { program: 1, noDebug: 'no' } },
    ['arguments.noDebug is "no" and not a boolean'],
  ],
])('the shape of %j', (message, mistakes) => {
  expect(checkShape(message as Readonly<Record<string, unknown>>)).toEqual(mistakes);
});
