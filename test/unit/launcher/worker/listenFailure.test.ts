import { describe, expect, it } from 'vitest';
import { IpcError } from '../../../../src/ipc/index.js';
import { describeListenFailure } from '../../../../src/launcher/worker/listenFailure.js';

const NO_DIRECTORY = 'no directory can hold a private socket';

function failure(message: string): IpcError {
  const errors = [
    new Error("ENOENT: no such file or directory, mkdtemp '/run/user/7/dai-XXXXXX'"),
    new Error("EROFS: read-only file system, mkdtemp '/tmp/dai-XXXXXX'"),
  ];
  return new IpcError('ERR_IPC_LISTEN', message, { cause: new AggregateError(errors) });
}

describe('why the launcher cannot listen', () => {
  it('names each directory that was tried with the reason, and the way out', () => {
    expect(describeListenFailure(failure(NO_DIRECTORY), 'linux')).toBe(
      `${NO_DIRECTORY}: ENOENT: no such file or directory, mkdtemp '/run/user/7/dai-XXXXXX'; ` +
        "EROFS: read-only file system, mkdtemp '/tmp/dai-XXXXXX'. " +
        'Set XDG_RUNTIME_DIR or TMPDIR to a short path of a directory of yours that can be written, ' +
        'or name both places: --listen PORT --key-file FILE',
    );
    expect(describeListenFailure(failure(NO_DIRECTORY), 'win32')).toContain('. Set TEMP to ');
  });

  it('does not repeat what the message says already', () => {
    const { message } = failure(
      "no directory: ENOENT: no such file or directory, mkdtemp '/run/user/7/dai-XXXXXX'; " +
        "EROFS: read-only file system, mkdtemp '/tmp/dai-XXXXXX'",
    );
    expect(describeListenFailure(failure(message), 'linux').match(/EROFS/g)).toHaveLength(1);
  });

  it('is the message alone for any other error', () => {
    const cause = new Error('listen EADDRINUSE');
    const taken = new IpcError('ERR_IPC_ENDPOINT_IN_USE', 'it is taken', { cause });
    expect(describeListenFailure(taken)).toBe('it is taken');
    expect(describeListenFailure('thrown')).toBe('thrown');
  });
});
