/** The Node.js of this process, and the variables that make it run a file: Electron, such as an editor, needs one. */
export const ownNode: { readonly command: string; readonly env: Readonly<Record<string, string>> } = {
  command: process.execPath,
  env: process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' },
};
