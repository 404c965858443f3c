/** Returns the median of the numbers: the mean of the two middle numbers if the count is even. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Returns the median of the ratios of `samples` to `yardstick`, round by round, so that a slow moment of the
 * machine affects both sides of a ratio.
 */
export function medianRatio(samples, yardstick) {
  const rounds = Math.min(samples.length, yardstick.length);
  if (rounds === 0) return undefined;
  return median(Array.from({ length: rounds }, (_, round) => samples[round] / yardstick[round]));
}
