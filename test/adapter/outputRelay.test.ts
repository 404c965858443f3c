import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OutputRelay } from '../../src/adapter/outputRelay.js';
import type { OutputSink } from '../../src/adapter/outputRelay.js';
import { settlesWithin } from '../../src/ipc/index.js';

class RecordingSink implements OutputSink {
  readonly texts: string[] = [];
  full = false;
  /** Whether each write fills it. */
  fillsUp = false;
  makeRoom: () => void = () => undefined;

  write(category: string, text: string): void {
    this.texts.push(`${category}:${text}`);
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

function withoutCategory(entry: string): string {
  return entry.slice(entry.indexOf(':') + 1);
}

/** Streams pass data on in turns of their own. */
function turns(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

describe('OutputRelay', () => {
  it('hands over whole characters alone, however they are split', async () => {
    const text = 'a é ✓ 𝄞 z';
    const bytes = Buffer.from(text);
    for (let at = 1; at < bytes.length; at += 1) {
      const { stdout, stderr, sink, relay } = relayed();
      stdout.write(bytes.subarray(0, at));
      await turns();
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
    await turns();
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
    await turns();
    stdout.write('two');
    stderr.write('three');
    await turns();
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
    await turns();
    stderr.end('later');
    const drained = relay.drained(1_000);
    for (let handed = 1; !(await settlesWithin(drained, 5)); handed += 1) {
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
    await turns();
    stdout.end('two');
    stderr.end();
    const drained = relay.drained(20);
    expect(await settlesWithin(drained, 100)).toBe(false);
    sink.makeRoom();
    await drained;
    expect(sink.texts).toEqual(['stdout:one', 'stdout:two']);
  });

  it('waits while data flows, and no longer than the silence after it', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    stderr.end();
    let left = 10;
    const ticking = setInterval(() => {
      stdout.write('x');
      left -= 1;
      if (left === 0) clearInterval(ticking);
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
    await turns();
    stdout.write('two');
    await turns();
    relay.discard();
    stdout.end('three');
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts).toEqual(['stdout:one']);
  });
});
