/** The one thread that the adapter is told of. */
export const MAIN_THREAD = { id: 1, name: 'main' } as const;
