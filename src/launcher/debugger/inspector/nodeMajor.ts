/** The version of Node.js that this runs on, by its first number: what the inspector can and cannot do goes by it. */
export const NODE_MAJOR = Number(process.versions.node.split('.')[0]);
