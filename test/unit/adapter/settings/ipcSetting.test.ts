import { describe, expect, it } from 'vitest';
import { readAttachArguments } from '../../../../src/adapter/settings/attachArguments.js';
import { readIpc, withinFrameLimit } from '../../../../src/adapter/settings/ipcSetting.js';
import { DEFAULT_LIMITS } from '../../../../src/ipc/index.js';

const ALL = Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name, index) => [name, index + 1]));

describe('ipc.limits', () => {
  it('has every limit of a connection', () => {
    expect(readIpc({ ipc: { limits: ALL } })).toMatchObject(ALL);
  });

  it('leaves the others as they are', () => {
    const read = readIpc({ ipc: { limits: { maxFrameBytes: 5 } } });
    expect(Object.keys(read).filter((name) => name in ALL)).toEqual(['maxFrameBytes']);
  });

  it('is read for an attach, too', async () => {
    const { config } = await readAttachArguments({
      port: 4711,
      key: '0'.repeat(64),
      ipc: { limits: { maxFrameBytes: 5 } },
    });
    expect(config).toMatchObject({ transport: 'tcp', port: 4711, maxFrameBytes: 5 });
  });
});

describe('the longest message that the adapter allows', () => {
  it.each([
    [undefined, 100, 100],
    [50, 100, 50],
    [200, 100, 100],
  ])('with ipc.limits.maxFrameBytes %s and %s of the adapter is %s', (own, most, expected) => {
    const config = own === undefined ? {} : { maxFrameBytes: own };
    expect(withinFrameLimit(config, most).maxFrameBytes).toBe(expected);
  });
});
