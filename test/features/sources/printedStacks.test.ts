import type ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { stdioClient } from '../../support/programs.js';
import { markedLine, Project } from '../../support/project.js';

const MAIN = `interface Order { // types are gone from the script
  total: number;
}

/** So that lines differ. */
class Book {
  check(order: Order): Error {
    return new Error('bad order', { cause: new TypeError('no ' + order.total) }); // made
  }
}

const order: Order = { total: 3 };
const error = new Book().check(order);
if (process.argv[2] === 'error') console.error(error);
else if (process.argv[2] === 'text') console.log('what: %s', error.stack);
else if (process.argv[2] === 'trace') console.trace('here'); // trace
else if (process.argv[2] === 'reject') void Promise.reject(error);
else if (process.argv[2] === 'seen') {
  console.log('compiled', /main\\.js:/.test(String(error.stack)), /main\\.ts/.test(String(error.stack)));
  console.log('listeners', process.listenerCount('uncaughtExceptionMonitor'), process.listenerCount('exit'));
  process.on('uncaughtExceptionMonitor', () => {
    console.log('monitors', process.listenerCount('uncaughtExceptionMonitor'));
    console.log('frames', /uncaughtErrors|exitHook/.test(String(new Error().stack)));
  });
  throw error;
} else throw error;
`;

/** Runs the compiled program to its end. Gives what it wrote, and the place in the source of a marked line. */
async function written(
  arg: string,
  options: ts.CompilerOptions = {},
): Promise<{ stdout: string; stderr: string; at: (mark: string) => string; out: string }> {
  const project = new Project({ 'src/main.ts': MAIN });
  const program = project.compile(['src/main.ts'], options);
  const { client } = stdioClient();
  await client.start({ program, args: [arg] });
  await client.waitForEvent('terminated');
  return {
    stdout: client.output('stdout'),
    stderr: client.output('stderr'),
    at: (mark) => `${project.file('src/main.ts')}:${markedLine(MAIN, mark)}:`,
    out: program,
  };
}

describe('a stack that a compiled program prints', () => {
  it.each([
    ['by console.error', 'error', 'stderr'],
    ['as text', 'text', 'stdout'],
    ['as an uncaught error', 'throw', 'stderr'],
    ['as a rejection that nobody handles', 'reject', 'stderr'],
  ] as const)('names the source %s', async (_, arg, stream) => {
    const { at, out, ...streams } = await written(arg);
    const frames = streams[stream].split('\n').filter((line) => /^\s+at .*main\./.test(line));
    expect(frames[0]).toContain(`Book.check (${at('made')}`);
    expect(frames.filter((line) => line.includes(out))).toEqual([]);
  });

  it('names the source of the cause too', async () => {
    const { stderr, at } = await written('throw');
    const [, cause = ''] = stderr.split('[cause]');
    expect(cause).toContain(`Book.check (${at('made')}`);
  });

  it('names the source of console.trace', async () => {
    const { stderr, at } = await written('trace');
    expect(stderr).toContain(at('trace'));
  });

  it('stays as it was for the program, which sees no listener and no frame', async () => {
    const { stdout, stderr, at } = await written('seen');
    expect(stdout).toContain('compiled true false');
    expect(stdout).toContain('listeners 0 0');
    expect(stdout).toMatch(/monitors 1\nframes false/);
    expect(stderr).toContain(at('made'));
  });

  it('stays as it was without source maps', async () => {
    const { stderr, out } = await written('throw', { sourceMap: false, inlineSourceMap: false });
    expect(stderr).toContain(`Book.check (${out}:`);
  });
});
