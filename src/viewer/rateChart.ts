import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Recording } from './recording.js';

const BUCKETS = 200;
const HEIGHT = 110;
const SOFT = '#888';

/** How many bytes of output events the client got, over time. */
export function RateChart({
  recording,
  count,
}: {
  readonly recording: Recording;
  readonly count: number;
}): ComponentChild {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    const data = outputRate(recording);
    if (element === null || data === undefined) return undefined;
    const axis = { stroke: SOFT, grid: { stroke: '#8883' }, ticks: { stroke: '#8883' } };
    const chart = new uPlot(
      {
        ...{ width: Math.min(700, element.clientWidth), height: HEIGHT, legend: { show: false } },
        scales: { x: { time: false } },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map((tick) => `${tick} s`), size: 28 },
          { ...axis, values: (_, ticks) => ticks.map((tick) => `${tick}`), size: 60 },
        ],
        series: [{}, { stroke: '#2a6fdb', fill: '#2a6fdb33', label: 'KiB/s' }],
      },
      data,
      element,
    );
    return () => chart.destroy();
  }, [count]);
  return h('div', {
    class: 'rate',
    ref: box,
    role: 'img',
    'aria-label': 'output over time, in KiB a second',
  });
}

/** KiB a second, in so many parts of the time. Undefined: there was no output. */
function outputRate({ columns, count, kinds, names, origins }: Recording): [number[], number[]] | undefined {
  const [event, output] = [kinds.find('event'), names.find('output')];
  const start = columns.mono[0] ?? 0;
  const seconds = ((columns.mono[count - 1] ?? 0) - start) / 1000;
  if (output < 0 || !(seconds > 0)) return undefined;
  const ofClient = origins.map(({ link }) => link === 'client');
  const sums = new Array<number>(BUCKETS).fill(0);
  for (let index = 0; index < count; index++) {
    if (columns.name[index] !== output || columns.kind[index] !== event) continue;
    if (ofClient[columns.origin[index] ?? 0] !== true) continue;
    const part = ((columns.mono[index] ?? 0) - start) / 1000 / seconds;
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.floor(part * BUCKETS)));
    sums[bucket] = (sums[bucket] ?? 0) + (columns.bytes[index] ?? 0);
  }
  const width = seconds / BUCKETS;
  return [sums.map((_, at) => at * width), sums.map((bytes) => bytes / 1024 / width)];
}
