/** The major version of the running Node.js. The abilities of the inspector depend on it. */
export const NODE_MAJOR = Number(process.versions.node.split('.')[0]);
