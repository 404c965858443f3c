/** The inspector's name for all the objects that it holds for us: released together when the program goes on. */
export const OBJECT_GROUP = 'debug-adapter-ipc';
