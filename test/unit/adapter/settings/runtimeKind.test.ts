import { describe, expect, it } from 'vitest';
import { runtimeKind } from '../../../../src/adapter/settings/runtimeKind.js';

describe('runtimeKind', () => {
  it.for<[string, string[]]>([
    ['/usr/bin/node', []],
    ['C:\\Program Files\\nodejs\\node.exe', ['--enable-source-maps']],
    ['/opt/node-v24.1.0', ['--import', 'tsx']],
    ['nodejs', ['--test-timeout=5']],
    ['node_modules/.bin/tsx', []],
    ['/x/ts-node-esm', []],
  ])('%s %j runs a file as Node.js does', ([executable, args]) => {
    expect(runtimeKind(executable, args)).toBe('node');
  });

  it.for<[string, string[]]>([
    ['/usr/bin/npm', ['run', 'start']],
    ['C:\\nodejs\\npm.cmd', ['run', 'start']],
    ['yarn', ['start']],
    ['pnpm', ['dev']],
    ['bun', ['run', 'x']],
    ['/x/node_modules/.bin/nodemon', []],
    ['/x/node_modules/mocha/bin/mocha.js', []],
    ['node', ['--test']],
    ['node', ['--no-warnings', '--watch-path=src']],
    ['node', ['--run', 'start']],
    ['node', ['-e', '1']],
    ['tsx', ['watch']],
  ])('%s %j is a command', ([executable, args]) => {
    expect(runtimeKind(executable, args)).toBe('command');
  });

  it.for(['/x/my-wrapper', 'npx', 'direnv'])('%s may be either', (executable) => {
    expect(runtimeKind(executable, [])).toBe('unknown');
  });
});
