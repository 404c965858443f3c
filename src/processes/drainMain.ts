/** Drains the streams that it has inherited, at the descriptors from 3 on, when its parent has gone. */
import { startReader } from './drainOutput.js';
import { whenOrphaned } from './standby.js';

/** The first descriptor after stdin, stdout and stderr. */
const FIRST_FD = 3;

whenOrphaned((count) => {
  for (let fd = FIRST_FD; fd < FIRST_FD + Number(count); fd += 1) startReader(fd);
});
