/** False on Windows, which has no process groups: the tree of child processes is used instead. */
export const hasGroups = process.platform !== 'win32';
