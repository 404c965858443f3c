import { describe, expect, it } from 'vitest';
import { OutputSplitter } from '../../../../src/adapter/output/outputSplitter.js';
import { PIECE_BYTES } from '../../../../src/adapter/output/pieces.js';
import type { ConsoleCall, Piece } from '../../../../src/adapter/output/pieces.js';

/** A call that wrote `text`, which the program takes to begin at `offset`. */
function callOf(text: string, offset: number, order = 1): ConsoleCall {
  const bytes = Buffer.from(text);
  return {
    ...{ order, offset, length: bytes.length, head: bytes.subarray(0, 48), depth: undefined },
    details: { line: order },
  };
}

/** Describes pieces: plain text, or the line of a call and its text. */
function told(pieces: readonly Piece[]): unknown[] {
  return pieces.map(({ bytes, call }) =>
    call === undefined ? bytes.toString() : [call.details.line, bytes.toString()],
  );
}

describe('OutputCutter', () => {
  it('makes the text of a call a piece of its own, wherever the bytes are split', () => {
    const text = 'before\nséen ✓ 𝄞\nbehind';
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at += 1) {
      const cutter = new OutputSplitter();
      cutter.expectCall(callOf('séen ✓ 𝄞\n', 7));
      const pieces = [...cutter.split(bytes.subarray(0, at)), ...cutter.split(bytes.subarray(at))];
      expect(Buffer.concat(pieces.map((piece) => piece.bytes)).equals(bytes)).toBe(true);
      const calls = pieces.filter(({ call }) => call !== undefined);
      expect(told(calls)).toEqual([[1, 'séen ✓ 𝄞\n']]);
      expect(cutter.isIncomplete).toBe(false);
    }
  });

  it('finds a text behind bytes that the program did not count, and all that follow', () => {
    const cutter = new OutputSplitter();
    cutter.expectCall(callOf('one!\n', 0));
    cutter.expectCall(callOf('two!\n', 5, 2));
    expect(told(cutter.split(Buffer.from('of a child\none!\ntwo!\n')))).toEqual([
      'of a child\n',
      [1, 'one!\n'],
      [2, 'two!\n'],
    ]);
  });

  it('finds a text that comes a little later than it should', () => {
    const cutter = new OutputSplitter();
    cutter.expectCall(callOf('late\n', 0));
    expect(told(cutter.split(Buffer.from('of a child\n')))).toEqual(['of a child\n']);
    expect(told(cutter.split(Buffer.from('late\n')))).toEqual([[1, 'late\n']]);
  });

  it('gives up a call whose text went elsewhere, and is not misled by what looks like its part', () => {
    const cutter = new OutputSplitter();
    cutter.expectCall(callOf('nowhere\n', 0));
    cutter.expectCall(callOf('here\n', 8, 2));
    expect(told(cutter.split(Buffer.from('it is nowhere\n')))).toEqual(['it is nowhere\n']);
    expect(told(cutter.split(Buffer.from('here\n')))).toEqual([[2, 'here\n']]);
    expect(told(cutter.split(Buffer.from('nowhere\n')))).toEqual(['nowhere\n']);
  });

  it('is plain text where a call comes too late', () => {
    const cutter = new OutputSplitter();
    expect(told(cutter.split(Buffer.from('gone\n')))).toEqual(['gone\n']);
    cutter.expectCall(callOf('gone\n', 0));
    cutter.expectCall(callOf('next\n', 5, 2));
    expect(told(cutter.split(Buffer.from('next\n')))).toEqual([[2, 'next\n']]);
  });

  it('lets go of the beginning of a text whose rest does not come', () => {
    const cutter = new OutputSplitter();
    cutter.expectCall(callOf('beginning and end\n', 0));
    expect(cutter.split(Buffer.from('beginning'))).toEqual([]);
    expect(cutter.isIncomplete).toBe(true);
    expect(told(cutter.flush())).toEqual(['beginning']);
    expect(told(cutter.split(Buffer.from(' of another\n')))).toEqual([' of another\n']);
  });

  it('holds no more than a piece of a long text, and hands over the rest plain', () => {
    const cutter = new OutputSplitter();
    const text = `${'é'.repeat(PIECE_BYTES)}\n`;
    cutter.expectCall(callOf(text, 0));
    const pieces = cutter.split(Buffer.from(text));
    expect(pieces.map(({ bytes, call }) => [bytes.length, call?.details.line])).toEqual([
      [PIECE_BYTES, 1],
      [PIECE_BYTES, undefined],
      [1, undefined],
    ]);
  });

  it('puts a change without text at its place', () => {
    const cutter = new OutputSplitter();
    cutter.expectCall(callOf('one!\n', 0));
    cutter.expectCall({ ...callOf('', 5, 2), details: { group: 'end' } });
    cutter.expectCall(callOf('two!\n', 5, 3));
    const pieces = cutter.split(Buffer.from('one!\ntwo!\n'));
    expect(pieces.map(({ bytes, call }) => [call?.order, bytes.toString()])).toEqual([
      [1, 'one!\n'],
      [2, ''],
      [3, 'two!\n'],
    ]);
  });

  it('forgets the oldest of very many calls whose texts do not come', () => {
    const cutter = new OutputSplitter();
    for (let order = 1; order <= 4_001; order += 1) cutter.expectCall(callOf('same\n', 0, order));
    expect(told(cutter.split(Buffer.from('same\n')))).toEqual([[2, 'same\n']]);
  });
});
