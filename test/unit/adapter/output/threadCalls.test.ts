import { describe, expect, it } from 'vitest';
import { ThreadCalls } from '../../../../src/adapter/output/threadCalls.js';
import { PIECE_BYTES } from '../../../../src/adapter/output/pieces.js';
import type { ConsoleCall, Piece } from '../../../../src/adapter/output/pieces.js';

/** A call that wrote `text`. */
function callOf(text: string, line = 1): ConsoleCall {
  const bytes = Buffer.from(text);
  const head = Buffer.from(text.slice(0, Math.min(text.indexOf('\n') + 1, 256)));
  return {
    order: undefined,
    offset: undefined,
    length: bytes.length,
    head,
    depth: undefined,
    details: { line },
  };
}

function told(pieces: readonly Piece[]): unknown[] {
  return pieces.map(({ bytes, call }) =>
    call === undefined ? bytes.toString() : [call.details.line, bytes.toString()],
  );
}

function split(calls: readonly ConsoleCall[], text: string, startsLine = true): unknown[] {
  const threadCalls = new ThreadCalls();
  for (const call of calls) threadCalls.add(call);
  return told(threadCalls.split(Buffer.from(text), startsLine));
}

describe('ThreadCalls', () => {
  it('finds the texts of calls among other lines, in any order', () => {
    const calls = [callOf('one\n', 1), callOf('two\nlines ✓\n', 2), callOf('one\n', 3)];
    expect(split(calls, 'before\ntwo\nlines ✓\none\nbetween\none\nafter')).toEqual([
      'before\n',
      [2, 'two\nlines ✓\n'],
      [1, 'one\n'],
      'between\n',
      [3, 'one\n'],
      'after',
    ]);
  });

  it('takes no text that begins within a line, ends within one, or arrives in parts', () => {
    const calls = [callOf('one\n'), callOf('two\nlines\n')];
    expect(split(calls, 'one\n', false)).toEqual(['one\n']);
    expect(split(calls, 'xone\n')).toEqual(['xone\n']);
    expect(split(calls, 'two\nlin')).toEqual(['two\nlin']);
    expect(split(calls, 'two\nlinesmore\n')).toEqual(['two\nlinesmore\n']);
  });

  it('gives only the first piece of a long text to its call', () => {
    const text = `${'é'.repeat(PIECE_BYTES)}\n`;
    const threadCalls = new ThreadCalls();
    threadCalls.add({ ...callOf(text), head: Buffer.from(text.slice(0, 256)) });
    const pieces = threadCalls.split(Buffer.from(text), true);
    expect(pieces.map(({ call }) => call?.details.line)).toEqual([1, undefined, undefined]);
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(text);
  });

  it('drops the oldest of many calls whose texts went elsewhere', () => {
    const calls = Array.from({ length: 2_001 }, (_, at) => callOf(`${at}\n`, at));
    expect(split(calls, '0\n2000\n')).toEqual(['0\n', [2000, '2000\n']]);
  });
});
