import { IpcError, toError } from '../../ipc/index.js';

/**
 * Describes why the launcher cannot listen. If no private directory can be had, the text names each directory
 * that was tried with its error, and the ways out.
 */
export function describeListenFailure(thrown: unknown, platform: NodeJS.Platform = process.platform): string {
  const { message, cause } = toError(thrown);
  // The setting that the error names is not one of a command line.
  if (thrown instanceof IpcError && thrown.code === 'ERR_IPC_NON_LOOPBACK') {
    return `${message.replace(/, or pass allowNonLoopback.*$/, '')}: --listen PORT, and ssh -L on the other machine`;
  }
  if (!(cause instanceof AggregateError)) return message;
  const causes = cause.errors.map((error) => toError(error).message);
  const hidden = causes.filter((text) => !message.includes(text));
  const reasons = hidden.length === 0 ? '' : `: ${hidden.join('; ')}`;
  return `${message}${reasons}. ${wayOut(platform)}`;
}

function wayOut(platform: NodeJS.Platform): string {
  const directory = platform === 'win32' ? 'TEMP' : 'XDG_RUNTIME_DIR or TMPDIR';
  return (
    `Set ${directory} to a short path of a directory of yours that can be written, ` +
    'or name both places: --listen PORT --key-file FILE'
  );
}
