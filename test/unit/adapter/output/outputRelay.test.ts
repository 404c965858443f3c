import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { OutputDetails } from '../../../../src/adapter/output/pieces.js';
import { OutputRelay } from '../../../../src/adapter/output/outputRelay.js';
import type { OutputSink } from '../../../../src/adapter/output/outputSink.js';
import { settlesSoon, turnsOfLoop } from '../../../support/turns.js';
import { eventually } from '../../../support/within.js';

class RecordingSink implements OutputSink {
  readonly texts: string[] = [];
  readonly details: (OutputDetails | undefined)[] = [];
  full = false;
  /** True if each write fills the sink. */
  fillsUp = false;
  makeRoom: () => void = () => undefined;

  write(category: string, text: string, details?: OutputDetails): void {
    this.texts.push(`${category}:${text}`);
    this.details.push(details);
    this.full ||= this.fillsUp;
  }

  isFull(): boolean {
    return this.full;
  }

  hasRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.makeRoom = () => {
        this.full = false;
        resolve();
      };
    });
  }
}

function relayed() {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const sink = new RecordingSink();
  return { stdout, stderr, sink, relay: new OutputRelay({ stdout, stderr }, sink) };
}

/** Makes the relay ask. Its questions are answered when the test calls `answer`. */
function answerLater(relay: OutputRelay) {
  const waiting: ((quietMs: number | undefined) => void)[] = [];
  const asked = {
    times: 0,
    answer: (quietMs: number | undefined) => waiting.splice(0).forEach((settle) => settle(quietMs)),
  };
  relay.addCallQuery(() => {
    asked.times += 1;
    return new Promise((resolve) => waiting.push(resolve));
  });
  return asked;
}

function callOf(text: string, offset: number) {
  const head = Buffer.from(text);
  return { offset, length: head.length, head, details: { line: 1 }, depth: undefined };
}

function withoutCategory(entry: string): string {
  return entry.slice(entry.indexOf(':') + 1);
}

describe('OutputRelay', () => {
  it('hands over whole characters alone, however they are split', async () => {
    const text = 'a é ✓ 𝄞 z';
    const bytes = Buffer.from(text);
    for (let at = 1; at < bytes.length; at += 1) {
      const { stdout, stderr, sink, relay } = relayed();
      stdout.write(bytes.subarray(0, at));
      await turnsOfLoop();
      stdout.end(bytes.subarray(at));
      stderr.end();
      await relay.drained(1_000);
      expect(sink.texts.map((entry) => entry.replace('stdout:', '')).join('')).toBe(text);
      expect(sink.texts.join('')).not.toContain('\uFFFD');
    }
  });

  it('keeps the halves of characters of the two streams apart', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    stdout.write(Buffer.from([0xc3]));
    stderr.write(Buffer.from([0xe2, 0x9c]));
    await turnsOfLoop();
    stdout.end(Buffer.from([0xa9]));
    stderr.end(Buffer.from([0x93]));
    await relay.drained(1_000);
    expect(sink.texts.sort()).toEqual(['stderr:✓', 'stdout:é']);
  });

  it('shows that a character never came whole', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    stdout.end(Buffer.from([0x61, 0xe2, 0x9c]));
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts.join('')).toBe('stdout:astdout:\uFFFD');
  });

  it('lets the program wait while the client does, and goes on when there is room', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    sink.full = true;
    stdout.write('one');
    await turnsOfLoop();
    stdout.write('two');
    stderr.write('three');
    await turnsOfLoop();
    expect(sink.texts).toEqual([]);
    sink.makeRoom();
    stdout.end();
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts[0]).toBe('stdout:one');
    expect(sink.texts.sort()).toEqual(['stderr:three', 'stdout:one', 'stdout:two']);
  });

  it('hands over piece by piece as there is room, and reads nothing meanwhile', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    const text = 'é✓𝄞'.repeat(5_000);
    sink.fillsUp = true;
    stdout.write(text);
    stdout.end();
    await turnsOfLoop();
    stderr.end('later');
    const drained = relay.drained(1_000);
    for (let handed = 1; !(await settlesSoon(drained)); handed += 1) {
      expect(sink.texts).toHaveLength(handed);
      sink.makeRoom();
    }
    expect(sink.texts.at(-1)).toBe('stderr:later');
    expect(sink.texts.slice(0, -1).map(withoutCategory).join('')).toBe(text);
    const bytes = sink.texts.map((piece) => Buffer.byteLength(withoutCategory(piece)));
    expect(Math.max(...bytes)).toBeLessThanOrEqual(16 * 1024);
  });

  it('does not take the silence of a waiting program for its end', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    sink.full = true;
    stdout.write('one');
    await turnsOfLoop();
    stdout.end('two');
    stderr.end();
    const drained = relay.drained(20);
    // The silence of an idle program is over, though it began later and is longer.
    await relayed().relay.drained(60);
    expect(await settlesSoon(drained)).toBe(false);
    sink.makeRoom();
    await drained;
    expect(sink.texts).toEqual(['stdout:one', 'stdout:two']);
  });

  it('waits while data flows, and no longer than the silence after it', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    stderr.end();
    let left = 10;
    // The pace of the program: it writes more often than the silence lasts.
    const writing = setInterval(() => {
      stdout.write('x');
      left -= 1;
      if (left === 0) clearInterval(writing);
    }, 20);
    const began = performance.now();
    await relay.drained(150);
    expect(sink.texts).toHaveLength(10);
    expect(performance.now() - began).toBeGreaterThan(300);
    stdout.destroy();
  });

  it('counts silence from the moment that it is asked, and reads what lies in the pipe first', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("x".repeat(60000))'], {
      stdio: 'pipe',
    });
    const sink = new RecordingSink();
    const relay = new OutputRelay(child, sink);
    child.stdout.pause();
    await new Promise((resolve) => child.once('exit', resolve));
    child.stdout.resume();
    const busyUntil = performance.now() + 60;
    const drained = relay.drained(20);
    while (performance.now() < busyUntil);
    await drained;
    expect(sink.texts.join('').replaceAll('stdout:', '')).toHaveLength(60_000);
  });

  it('drops the rest once nobody wants it, what is held too, and still reads it', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    sink.fillsUp = true;
    stdout.write('one');
    await turnsOfLoop();
    stdout.write('two');
    await turnsOfLoop();
    relay.discard();
    stdout.end('three');
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts).toEqual(['stdout:one']);
  });

  it('waits for the answer whose the bytes are, and puts both streams in the order of the calls', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    const asked = answerLater(relay);
    stdout.write('one!\nthree!\n');
    stderr.write('two!\n');
    await turnsOfLoop();
    expect(sink.texts).toEqual([]);
    relay.expectCall('stdout', callOf('one!\n', 0));
    relay.expectCall('stderr', callOf('two!\n', 0));
    relay.expectCall('stdout', callOf('three!\n', 5));
    asked.answer(0);
    await turnsOfLoop();
    asked.answer(undefined);
    await turnsOfLoop();
    stdout.end();
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts).toHaveLength(3);
    expect(sink.texts.filter((text) => text.startsWith('stdout'))).toEqual([
      'stdout:one!\n',
      'stdout:three!\n',
    ]);
    expect(sink.details).toEqual([{ line: 1 }, { line: 1 }, { line: 1 }]);
  });

  it('ends the groups that a later call is not in', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    relay.expectCall('stdout', { ...callOf('outer\n', 0), depth: 0, details: { group: 'start' } });
    relay.expectCall('stdout', { ...callOf('inner\n', 6), depth: 1, details: { group: 'startCollapsed' } });
    relay.expectCall('stdout', { ...callOf('after\n', 12), depth: 0 });
    stdout.end('outer\ninner\nafter\n');
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts.map(withoutCategory)).toEqual(['outer\n', 'inner\n', '', '', 'after\n']);
    expect(sink.details.slice(2)).toEqual([{ group: 'end' }, { group: 'end' }, { line: 1 }]);
  });

  it('has the program wait while the answer does, and asks no more where there is none', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    const asked = answerLater(relay);
    for (let chunk = 0; chunk < 20; chunk += 1) stdout.write('x'.repeat(16_384));
    await turnsOfLoop();
    expect(stdout.isPaused()).toBe(true);
    expect(stdout.readableLength).toBeGreaterThan(0);
    asked.answer(undefined);
    stdout.end();
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts.map(withoutCategory).join('')).toHaveLength(20 * 16_384);
    expect(asked.times).toBe(1);
  });

  it('does not ask for as long as it was told that there is nothing', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    const asked = answerLater(relay);
    stdout.write('one');
    await turnsOfLoop();
    asked.answer(60_000);
    await turnsOfLoop();
    stdout.write('two');
    await turnsOfLoop();
    expect(sink.texts).toEqual(['stdout:one', 'stdout:two']);
    expect(asked.times).toBe(1);
    stdout.end();
    stderr.end();
    await relay.drained(1_000);
  });

  it('hands over the beginning of a text whose rest stays away', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    relay.expectCall('stdout', callOf('beginning and end\n', 0));
    stdout.write('beginning');
    await turnsOfLoop();
    expect(sink.texts).toEqual([]);
    await eventually(() => sink.texts.length > 0, 'the beginning');
    expect(sink.texts).toEqual(['stdout:beginning']);
    stdout.end();
    stderr.end();
    await relay.drained(1_000);
  });
});
