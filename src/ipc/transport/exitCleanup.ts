const pending = new Set<() => void>();

function runPending(): void {
  for (const cleanup of pending) cleanup();
}

/**
 * Wraps a cleanup so that it runs once: when it is called, or when the process exits without a call. Files
 * must not remain after a `process.exit`.
 */
export function onceAtExit(cleanup: () => void): () => void {
  const once = (): void => {
    if (!pending.delete(once)) return;
    if (pending.size === 0) process.removeListener('exit', runPending);
    cleanup();
  };
  if (pending.size === 0) process.on('exit', runPending);
  pending.add(once);
  return once;
}
