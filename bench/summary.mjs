import { YARDSTICK } from './contenders/index.mjs';
import { median, medianRatio } from './statistics.mjs';
import { WORKLOADS } from './workloads/index.mjs';

/**
 * Returns the rows of the table: for each measure the medians of all contenders, and their ratios to the
 * yardstick.
 *
 * @param {object} results as `runSuite` returns them
 */
export function summarize(results) {
  return Object.entries(results).flatMap(([name, { samples }]) =>
    WORKLOADS[name].measures.map((measure) => ({
      workload: name,
      title: measure.title,
      unit: measure.unit,
      higherIsBetter: measure.higherIsBetter === true,
      cells: cellsOf(measure, samples),
    })),
  );
}

function cellsOf(measure, samples) {
  const valuesOf = (contender) => (samples[contender] ?? []).map((sample) => sample[measure.key]);
  const yardstick = measure.plain === true ? [] : valuesOf(YARDSTICK).filter((value) => value !== undefined);
  const cells = {};
  for (const [contender, taken] of Object.entries(samples)) {
    // A contender may lack some measures.
    if (taken[0]?.[measure.key] === undefined) continue;
    const values = valuesOf(contender);
    cells[contender] = {
      median: median(values),
      ...(yardstick.length > 0 && contender !== YARDSTICK && { ratio: medianRatio(values, yardstick) }),
      ...(measure.key === 'ms' && taken[0].swallowed === true && { swallowed: true }),
      samples: values,
    };
  }
  return cells;
}
