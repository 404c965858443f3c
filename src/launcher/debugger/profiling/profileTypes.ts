import { toError } from '../../../ipc/index.js';
import type { ProfiledThread } from './profiledThread.js';
import type { ProfileFile } from './profileFile.js';
import { withSourcePlaces } from './sourcePlaces.js';

/** One type of profile. */
export interface ProfileType {
  /** The name for the user. */
  readonly label: string;
  readonly extension: string;
  /** Begins to record. Undefined: the profile is taken at once, by `write`. */
  readonly start?: (thread: ProfiledThread) => Promise<void>;
  /** Ends the recording, and writes the profile. */
  readonly write: (thread: ProfiledThread, file: ProfileFile) => Promise<void>;
}

/** The types of profiles, by the names that js-debug has for them. */
export const PROFILE_TYPES: ReadonlyMap<string, ProfileType> = new Map<string, ProfileType>([
  [
    'cpu',
    {
      label: 'CPU profile',
      extension: '.cpuprofile',
      start: async ({ client }) => {
        await client.post('Profiler.enable');
        await client.post('Profiler.start');
      },
      write: async (thread, file) => {
        const { profile } = await thread.client.post('Profiler.stop');
        await thread.client.post('Profiler.disable');
        file.write(JSON.stringify(withSourcePlaces(profile, thread)));
      },
    },
  ],
  [
    'heap',
    {
      label: 'heap profile',
      extension: '.heapprofile',
      start: async ({ client }) => {
        await client.post('HeapProfiler.enable');
        await client.post('HeapProfiler.startSampling');
      },
      write: async ({ client }, file) => {
        const { profile } = await client.post('HeapProfiler.stopSampling');
        await client.post('HeapProfiler.disable');
        file.write(JSON.stringify(profile));
      },
    },
  ],
  ['memory', { label: 'heap snapshot', extension: '.heapsnapshot', write: writeSnapshot }],
]);

/** Writes each part of a snapshot when it comes: a whole one does not fit into this thread's memory. */
async function writeSnapshot({ client }: ProfiledThread, file: ProfileFile): Promise<void> {
  let failure: Error | undefined;
  const removeListener = client.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    try {
      if (failure === undefined) file.write(chunk);
    } catch (thrown) {
      failure = toError(thrown);
    }
  });
  try {
    await client.post('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  } finally {
    removeListener();
  }
  if (failure !== undefined) throw failure;
}
