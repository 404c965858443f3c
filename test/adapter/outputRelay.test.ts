import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OutputRelay } from '../../src/adapter/outputRelay.js';
import type { OutputSink } from '../../src/adapter/outputRelay.js';
import { settlesWithin } from '../../src/ipc/index.js';

class RecordingSink implements OutputSink {
  readonly texts: string[] = [];
  full = false;
  makeRoom: () => void = () => undefined;

  write(category: string, text: string): void {
    this.texts.push(`${category}:${text}`);
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
    expect(sink.texts).toEqual(['stdout:one']);
    sink.makeRoom();
    stdout.end();
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts.sort()).toEqual(['stderr:three', 'stdout:one', 'stdout:two']);
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

  it('drops the rest once nobody wants it, and still reads it', async () => {
    const { stdout, stderr, sink, relay } = relayed();
    sink.full = true;
    stdout.write('one');
    await turns();
    relay.discard();
    stdout.end('two');
    stderr.end();
    await relay.drained(1_000);
    expect(sink.texts).toEqual(['stdout:one']);
  });
});
