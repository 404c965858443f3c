/**
 * Does what node would warn of, unheard: it is not the program's doing, and node gives some warnings only once.
 * `process.emitWarning` is afterwards what it was.
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
