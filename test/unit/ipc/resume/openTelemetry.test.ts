/*
 * The example that feeds OpenTelemetry with the health of connections, with a meter that keeps what it gets.
 */
import { createNoopMeter, metrics } from '@opentelemetry/api';
import type { Attributes, BatchObservableCallback, Meter, Observable } from '@opentelemetry/api';
import { beforeAll, expect, it } from 'vitest';
import { eventually } from '../../../support/within.js';
import { LONG_MS, proxiedPair } from './support.js';

const EXAMPLE = new URL('../../../../examples/openTelemetry/metrics.js', import.meta.url).href;

/** A meter whose instruments are their names. */
class KeptMeter {
  readonly added: [string, Attributes | undefined][] = [];
  private callback: BatchObservableCallback = () => undefined;

  readonly meter = {
    ...createNoopMeter(),
    createCounter: (name: string) => ({
      add: (_count: number, attributes?: Attributes) => this.added.push([name, attributes]),
    }),
    createObservableGauge: (name: string) => name,
    createObservableCounter: (name: string) => name,
    addBatchObservableCallback: (callback: BatchObservableCallback) => {
      this.callback = callback;
    },
  } as unknown as Meter;

  /** What the observers say now, by the short names of their instruments and their attributes. */
  async read(): Promise<Record<string, number>> {
    const seen: Record<string, number> = {};
    await this.callback({
      observe: (instrument: Observable, value: number, attributes?: Attributes) => {
        const name = (instrument as unknown as string).replace('debug_adapter_ipc.', '');
        seen[[name, ...Object.values(attributes ?? {})].join(' ')] = value;
      },
    });
    return seen;
  }
}

const kept = new KeptMeter();

beforeAll(async () => {
  metrics.setGlobalMeterProvider({ getMeter: () => kept.meter });
  await import(/* @vite-ignore */ EXAMPLE);
});

it('has the counts of connections that are open, that resume and that have ended', async () => {
  expect(await kept.read()).toEqual({});
  const { adapter, launcher, proxy } = await proxiedPair();
  await adapter.writeMessage({ event: 'one' });
  expect(await launcher.readMessage()).toEqual({ event: 'one' });
  expect(await kept.read()).toMatchObject({
    'connections tcp good': 2,
    'messages tcp sent': 1,
    'messages tcp received': 1,
    'resumes tcp': 0,
  });

  proxy.cut();
  await eventually(() => adapter.health.resumes === 1, 'the session resumes', LONG_MS);
  await adapter.writeMessage({ event: 'two' });
  expect(await launcher.readMessage()).toEqual({ event: 'two' });
  expect(kept.added).toContainEqual([
    'debug_adapter_ipc.health.changes',
    { transport: 'tcp', state: 'resuming' },
  ]);
  const during = await kept.read();
  expect(during).toMatchObject({ 'messages tcp sent': 2, 'resumes tcp': 2 });

  await Promise.all([adapter.close(), launcher.close()]);
  const after = await kept.read();
  expect(after['connections tcp good']).toBeUndefined();
  expect(after).toMatchObject({ 'messages tcp sent': 2, 'messages tcp received': 2, 'resumes tcp': 2 });
  expect(after['bytes tcp sent']).toBeGreaterThan(0);
});
