/** The path of the older half of a trace. */
export function olderPart(path: string): string {
  return `${path}.1`;
}
