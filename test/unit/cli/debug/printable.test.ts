import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  indentedLines,
  printable,
  printableJson,
  printableText,
} from '../../../../src/commandLine/printable.js';
import { Screen } from '../../../../src/cli/debug/screen.js';
import { sourceView } from '../../../../src/cli/debug/sourceView.js';

/** Every control character but the line end, and every character that changes how other text is shown. */
const HARMFUL = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at));
const C0 = range(0, 0x1f);
const C1 = range(0x7f, 0x9f);
const BIDI = ['\u061c', '\u200e', '\u200f', ...range(0x202a, 0x202e), ...range(0x2066, 0x2069)];
const SEQUENCES = [
  '\x1b[2J',
  '\x1b]0;title\x07',
  '\x1b]8;;http://x\x1b\\',
  '\x9b31m',
  '\x9d52;c;AAAA\x9c',
  '\x1bP+q\x1b\\',
  '\r(debug) ',
  '\nStopped (step) at a.js:1 in f',
  '\u2028x',
  '\ud800',
  '\u{e0041}',
  '\ufeff',
];

/** Text with harmful characters in it. */
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...C0, ...C1, ...BIDI, ...SEQUENCES), fc.string({ unit: 'binary' })))
  .map((parts) => parts.join(''));

describe('printable', () => {
  it.each([...C0, ...C1, ...BIDI, ...SEQUENCES])('shows %j as text', (text) => {
    expect(printable(`a${text}b`)).not.toMatch(HARMFUL);
    expect(printable(`a${text}b`)).not.toContain('\n');
    expect(printable(`a${text}b`)).toMatch(/^a.*\\.*b$/u);
  });

  it('names the character', () => {
    expect(printable('a\n\r\t\x1b\x07\x9b\u202e\u{e0041}\ud800')).toBe(
      'a\\n\\r\\t\\x1b\\x07\\x9b\\u202e\\u{e0041}\\ud800',
    );
  });

  it('leaves what a terminal shows as it is: letters of all scripts, joiners, emoji', () => {
    const text = 'C:\\dir\\ñ 東京 می‌خواهم 👩‍💻 é ─ €';
    expect([printable(text), printableText(text), printableJson(text)]).toEqual([text, text, text]);
  });

  it('lets nothing harmful through, in any text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(printable(text)).not.toMatch(HARMFUL);
        expect(printable(text)).not.toContain('\n');
        expect(printable(printable(text))).toBe(printable(text));
        expect(printableText(text)).not.toMatch(HARMFUL);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the value of JSON', () => {
    fc.assert(
      fc.property(fc.record({ output: hostile }), (value) => {
        const json = printableJson(JSON.stringify(value));
        expect(json).not.toMatch(HARMFUL);
        expect(JSON.parse(json)).toEqual(value);
      }),
    );
  });

  it('keeps lines of another process apart from those of the front-end', () => {
    expect(indentedLines('Error: a\r\n(debug) q\n\tat f')).toEqual([
      '  Error: a',
      '  (debug) q',
      '          at f',
    ]);
  });
});

describe('the screen', () => {
  const shown = (json: boolean, act: (screen: Screen) => void): { stdout: string; stderr: string } => {
    const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
    act(new Screen(streams, json));
    const textOf = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';
    return { stdout: textOf(streams.stdout), stderr: textOf(streams.stderr) };
  };
  const output = (category: string | undefined, text: string) => ({
    event: 'output',
    body: { category, output: text },
  });

  it('prints each line of the front-end as one line, whatever is quoted in it', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, value) => {
        const { stdout } = shown(false, (screen) => {
          screen.printLine(`Stopped at ${name}:1`);
          for (const line of sourceView(`${value}\n`, 1)) screen.printLine(line);
        });
        expect(stdout).not.toMatch(HARMFUL);
        expect(stdout.startsWith('Stopped at ')).toBe(true);
        for (const line of stdout.split('\n').slice(1, -1)) expect(line).toMatch(/^[> ] *\d+ \|/);
      }),
    );
  });

  it('passes the output of the program on unchanged, and shows texts of the adapter as text', () => {
    const text = '\x1b[31mred\x1b[0m\u202e\r\n';
    expect(shown(false, (screen) => screen.showOutput(output('stdout', text))).stdout).toBe(text);
    expect(shown(false, (screen) => screen.showOutput(output('stderr', text))).stderr).toBe(text);
    for (const category of ['console', 'important', undefined]) {
      const { stderr } = shown(false, (screen) => screen.showOutput(output(category, text)));
      expect(stderr).toBe('\\x1b[31mred\\x1b[0m\\u202e\n');
    }
  });

  it('prints DAP messages without harmful characters', () => {
    const message = { type: 'event' as const, seq: 1, event: 'output', body: { output: '\x9b2J\u202e\x7f' } };
    const { stdout } = shown(true, (screen) => screen.showMessage('received', message));
    expect(stdout).not.toMatch(HARMFUL);
    expect(JSON.parse(stdout)).toEqual({ direction: 'received', message });
  });

  it('shows tabs of a source as columns', () => {
    expect(sourceView('\tif (a)\tb\n', 1)).toEqual(['> 1 |         if (a)  b']);
  });
});
