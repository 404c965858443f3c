import { describe, expect, it } from 'vitest';
import { processSpace, spaceOf } from '../../../../src/ipc/core/processSpace.js';
import type { SpaceSources } from '../../../../src/ipc/core/processSpace.js';

const refuses = (): never => {
  throw new Error('not here');
};

/** A system that says nothing but what is given. */
function system(given: Partial<SpaceSources>): SpaceSources {
  return {
    platform: 'linux',
    readFile: refuses,
    readLink: refuses,
    run: refuses,
    hostname: () => 'mac',
    ...given,
  };
}

const mac = (boot: string): SpaceSources =>
  system({
    platform: 'darwin',
    run: (file, args) => (`${file} ${args.join(' ')}` === SYSCTL ? `${boot}\n` : refuses()),
  });
const SYSCTL = '/usr/sbin/sysctl -n kern.bootsessionuuid';

describe('the space of process ids', () => {
  it('is another on two machines of macOS with one host name, and after a boot', () => {
    expect(spaceOf(mac('AAAA-1'))).toBe(spaceOf(mac('AAAA-1')));
    expect(spaceOf(mac('AAAA-1'))).not.toBe(spaceOf(mac('BBBB-2')));
    expect(spaceOf(mac('AAAA-1'))).not.toBe(spaceOf(system({ platform: 'darwin' })));
  });

  it('is that of the boot and the namespace on Linux', () => {
    const linux = (boot: string, namespace: string) =>
      spaceOf(system({ readFile: () => `${boot}\n`, readLink: () => namespace }));
    expect(linux('b', 'pid:[1]')).toBe('b pid:[1]');
    expect(linux('b', 'pid:[2]')).not.toBe(linux('b', 'pid:[1]'));
  });

  it('is the host name if the system says no more, and files of Linux mean nothing elsewhere', () => {
    const linuxFiles = { readFile: () => 'boot', readLink: () => 'pid:[1]' };
    expect(spaceOf(system({ platform: 'win32', ...linuxFiles }))).toBe('mac');
    expect(spaceOf(system({ platform: 'darwin', ...linuxFiles }))).toBe('mac');
    expect(spaceOf(system({}))).toBe('mac');
  });

  it('stays the same for this process', () => {
    expect(processSpace()).toBe(processSpace());
    expect(processSpace()).not.toBe('');
  });
});
