const pending = new Set<() => void>();

function runPending(): void {
  for (const cleanup of pending) cleanup();
}

/**
 * Makes a cleanup that runs once: when it is called, or when the process exits without that. Files must
 * not outlive a program that called `process.exit` in the middle.
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
