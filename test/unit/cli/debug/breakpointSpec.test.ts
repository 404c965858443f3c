import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseBreakpoint } from '../../../../src/cli/debug/breakpointSpec.js';

const here = fileURLToPath(import.meta.url);

describe('parseBreakpoint', () => {
  it('takes a path, absolute or from the current directory, and a line', () => {
    expect(parseBreakpoint(`${here}:12`)).toEqual({ file: here, line: 12 });
    expect(parseBreakpoint(`${relative(process.cwd(), here)}:1`)).toEqual({ file: here, line: 1 });
  });

  it.each(['', ':', '12', ':12', here, `${here}:`, `${here}:0`, `${here}:-1`, `${here}:x`, `${here}:1.5`])(
    'refuses "%s" as not FILE:LINE',
    (text) => {
      expect(() => parseBreakpoint(text)).toThrow(/is not FILE:LINE/);
    },
  );

  it('refuses a file that is not there, and a directory', () => {
    expect(() => parseBreakpoint('no/such/file.js:1')).toThrow(/there is no file .*no.such.file\.js/);
    expect(() => parseBreakpoint('test:1')).toThrow(/there is no file/);
  });
});
