/** The id and the name of the program's main thread. */
export const MAIN_THREAD = { id: 1, name: 'main' } as const;
