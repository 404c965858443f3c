/**
 * Does work without the warnings that node would print for it. The warnings are not about the program, and
 * node prints some of them only once. Restores `process.emitWarning` afterwards.
 */
function withoutWarnings<T>(work: () => T): T {
  const emitWarning = Object.getOwnPropertyDescriptor(process, 'emitWarning') ?? {};
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    Object.defineProperty(process, 'emitWarning', emitWarning);
  }
}

export = { withoutWarnings };
