import { systemCode } from '../../ipc/index.js';

/** The ways out of failures to start a process, by the operating system's code. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  EMFILE:
    'this adapter has no file descriptors left. End other sessions of it, or start it with a higher limit (ulimit -n)',
  ENFILE: 'the system has no file descriptors left. End other programs, or raise its limit (fs.file-max)',
  EAGAIN:
    'this user has no room for another process. End other programs, or raise the limit (ulimit -u, or the container’s)',
  ENOMEM: 'the system has no memory left for another process. End other programs',
  E2BIG: 'its arguments and environment are longer than the system takes. Shorten "args" or "env"',
  EACCES: 'it may not be executed, or "cwd" may not be entered. Check the permissions of both',
  ENOENT: 'it is not there, or "cwd" is not. Check "runtimeExecutable", "launcher" and "cwd"',
};

/** Describes why a process could not be started, with the way out if it is known. */
export function explainStartFailure(error: Error): string {
  const wayOut = WAYS_OUT[systemCode(error) ?? ''];
  return wayOut === undefined ? error.message : `${error.message}: ${wayOut}`;
}
