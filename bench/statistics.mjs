/** The middle of the numbers; the mean of the two middle ones for an even count. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * How `samples` compare with `yardstick`, round by round, so that a slow moment of the machine hits both
 * sides of each ratio: the median of the rounds' ratios.
 */
export function medianRatio(samples, yardstick) {
  const rounds = Math.min(samples.length, yardstick.length);
  if (rounds === 0) return undefined;
  return median(Array.from({ length: rounds }, (_, round) => samples[round] / yardstick[round]));
}
