import { describe, expect, it } from 'vitest';
import { InspectionSession } from '../support/inspectionSession.js';

interface Piece {
  data?: string;
  unreadableBytes?: number;
}

async function session(): Promise<{
  read: (name: string, offset: number, count: number) => Promise<Piece & { bytes: number[] }>;
  write: (name: string, offset: number, bytes: number[], more?: object) => Promise<{ bytesWritten?: number }>;
  session: InspectionSession;
}> {
  const looking = await InspectionSession.stoppedAt('kinds.cjs', 'kinds');
  const kinds = await looking.children(await looking.evaluate('kinds'));
  const memoryReference = (name: string) => kinds.get(name)?.memoryReference;
  return {
    session: looking,
    read: async (name, offset, count) => {
      const args = { memoryReference: memoryReference(name), offset, count };
      const piece = await looking.client.request<Piece>('readMemory', args);
      return { ...piece, bytes: [...Buffer.from(piece.data ?? '', 'base64')] };
    },
    write: (name, offset, bytes, more = {}) => {
      const data = Buffer.from(bytes).toString('base64');
      return looking.client.request('writeMemory', {
        memoryReference: memoryReference(name),
        offset,
        data,
        ...more,
      });
    },
  };
}

describe('readMemory', () => {
  it('reads buffers of every kind and views of them', async () => {
    const { read } = await session();
    expect((await read('arrayBuffer', 0, 4)).bytes).toEqual([1, 2, 3, 4]);
    expect((await read('arrayBuffer', 1, 2)).bytes).toEqual([2, 3]);
    expect((await read('buffer', 0, 3)).bytes).toEqual([97, 98, 99]);
    expect((await read('shared', 0, 4)).bytes).toEqual([0, 0, 0, 0]);
    expect(await read('memory', 65_535, 4)).toMatchObject({ bytes: [0], unreadableBytes: 3 });
    // The view begins at the second byte of its buffer, which can be seen from it.
    expect((await read('view', -2, 8)).bytes).toHaveLength(8);
    expect(await read('arrayBuffer', 10, 4)).toMatchObject({ bytes: [], unreadableBytes: 4 });
    expect(await read('arrayBuffer', -3, 4)).toMatchObject({ bytes: [], unreadableBytes: 3 });
  });

  it('gives a large one in pieces', async () => {
    const looking = await InspectionSession.stoppedAt('big.cjs', 'big');
    const { memoryReference } = await looking.evaluate('bytes');
    const piece = await looking.client.request<Piece>('readMemory', {
      memoryReference,
      offset: 10,
      count: 999_990,
    });
    const bytes = Buffer.from(piece.data ?? '', 'base64');
    expect(bytes.equals(Buffer.alloc(262_144, 7))).toBe(true);
    expect(piece.unreadableBytes).toBeUndefined();
  });

  it('refuses references that were never given out', async () => {
    const { session: looking } = await session();
    expect(await looking.refusal('readMemory', { memoryReference: '0x10', count: 1 })).toMatch(
      /none that was given/,
    );
    expect(await looking.refusal('readMemory', { memoryReference: '999999', count: 1 })).toMatch(/unknown/);
  });
});

describe('writeMemory', () => {
  it('changes bytes, and no others', async () => {
    const { read, write, session: looking } = await session();
    expect(await write('arrayBuffer', 1, [8, 9])).toEqual({ bytesWritten: 2 });
    expect((await read('arrayBuffer', 0, 4)).bytes).toEqual([1, 8, 9, 4]);
    await expect(write('arrayBuffer', 3, [1, 1])).rejects.toThrow(/inside of the buffer/);
    expect(await write('arrayBuffer', 3, [1, 1], { allowPartial: true })).toEqual({ bytesWritten: 1 });
    expect(await looking.value('new Uint8Array(kinds.arrayBuffer)')).toBe('Uint8Array(4) [1, 8, 9, 1]');
  });
});
