import { dirname, join, normalize, relative, sep } from 'node:path';

/**
 * The folders of src, each area from top to bottom. A folder imports only itself and the folders below it in its
 * area. Of other areas it imports what `AREAS` allows.
 */
const ORDER = {
  ipc: [
    'rendezvous',
    'session',
    'multiprocessing',
    'connection',
    'resume',
    'authentication',
    'transport',
    'files',
    'framing',
    'core',
  ],
  adapter: [
    'serving',
    'handlers',
    'session',
    'dapServers',
    'starting',
    'debuggee',
    'profiles',
    'childOutput',
    'output',
    'process',
    'settings',
    'translation',
    'dap',
  ],
  launcher: ['worker', 'inspected', 'commands', 'consoleOutput', 'options', 'link', 'debugger'],
  'launcher/debugger': [
    'completions',
    'stack',
    'execution',
    'evaluation',
    'exceptions',
    'profiling',
    'stepping',
    'breakpoints',
    'values',
    'formatting',
    'threads',
    'names',
    'sources',
    'paths',
    'inspector',
    'settings',
  ],
  trace: ['view', 'replay', 'show', 'reading', 'semantics', 'recording', 'format'],
  cli: ['demo', 'trace', 'debug'],
};

/** What the programs that record need of src/trace. Reading traces is for its commands alone. */
const RECORDING = [
  'format/traceFormat.ts',
  'recording/logTrace.ts',
  'recording/redaction.ts',
  'recording/traceArguments.ts',
  'recording/traceFile.ts',
];
const PROCESSES = [
  'drainOutput.ts',
  'findRuntime.ts',
  'holder/heldProcess.ts',
  'launcherFile.ts',
  'listing/processTable.ts',
  'listing/procFiles.ts',
  'ownNode.ts',
  'platform.ts',
  'processGroup.ts',
  'processIdentity.ts',
  'processTree.ts',
  'resolvePackage.ts',
  'standby.ts',
  'terminationSteps.ts',
  'treeGuard.ts',
  'windowsTree.ts',
];
/** The surface of src/paths, for the areas that have paths. */
const PATHS = ['diskFiles.ts', 'filePaths.ts', 'fileUrls.ts', 'linkedNames.ts', 'sourcePaths.ts'];

/** The other areas that an area may import, and the files of those: their surface alone, where they have one. */
const AREAS = {
  paths: {},
  ipc: {},
  commandLine: { ipc: ['index.ts'] },
  processes: { ipc: ['index.ts'] },
  jsonrpc: { ipc: ['index.ts'] },
  trace: { ipc: ['index.ts'], commandLine: ['logFile.ts', 'printable.ts', 'usageError.ts'] },
  adapter: {
    ipc: ['index.ts'],
    paths: PATHS,
    processes: PROCESSES,
    trace: RECORDING,
    // The command line for batch files, which the launcher needs too, in the program's own thread.
    launcher: ['mainThread/command/commandLine.cts'],
  },
  launcher: {
    ipc: ['index.ts'],
    paths: PATHS,
    commandLine: ['programLogger.ts', 'usageError.ts'],
    processes: [
      ...['launcherFile.ts', 'platform.ts', 'listing/procFiles.ts', 'processTree.ts', 'treeGuard.ts'],
      'windowsTree.ts',
    ],
    trace: RECORDING,
  },
  cli: {
    ipc: ['index.ts'],
    paths: PATHS,
    // Launchers are started before the rest of the adapter is loaded.
    adapter: ['index.ts', 'process/warmLaunchers.ts'],
    trace: [
      ...RECORDING,
      ...[
        'format/olderPart.ts',
        'format/traceHeader.ts',
        'recording/standIns.ts',
        'reading/fileLines.ts',
        'reading/readTrace.ts',
      ],
      ...['replay/compareAnswers.ts', 'replay/idMap.ts', 'replay/minimise.ts', 'replay/recordedClient.ts'],
      ...['semantics/checkSession.ts', 'semantics/problem.ts'],
      ...['show/showTrace.ts', 'view/tracePage.ts'],
    ],
    processes: ['launcherFile.ts'],
    commandLine: ['exitStatus.ts', 'printable.ts', 'programLogger.ts', 'usageError.ts'],
  },
  // What the page does not need of Node.js.
  viewer: { trace: ['format/summary.ts', 'show/lanes.ts'] },
  vscode: {
    ipc: ['index.ts'],
    trace: [
      'format/traceFormat.ts',
      'recording/linkRecorder.ts',
      'recording/redaction.ts',
      'reading/readTrace.ts',
      'view/tracePage.ts',
    ],
    processes: ['listing/procFiles.ts'],
    // The variable by which the programs of a terminal come to the debugger.
    launcher: ['mainThread/children/childEnvironment.cts'],
  },
};

/** Files that run in the program's own thread. They import `node:` modules, each other and types. */
const PROGRAM_THREAD = /^launcher\/(?:(?:main|parts)\.cts$|mainThread\/)/;

/** ESLint rule: a file imports only folders that stand below its own. */
export const folderOrder = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object', properties: { root: { type: 'string' } }, additionalProperties: false }],
    messages: {
      upward:
        'src/{{from}} may not import src/{{to}}: see the order of folders in scripts/lint/folderOrder.js',
      programThread:
        "{{specifier}} is loaded in the program's own thread: only node: modules, mainThread/ and types may be",
    },
  },
  create(context) {
    const root = context.options[0]?.root ?? join(context.cwd, 'src');
    const file = relative(root, context.filename).split(sep).join('/');
    if (file.startsWith('..')) return {};
    const check = (node, source, isType = false) => {
      if (typeof source?.value !== 'string') return;
      const problem = problemOf(file, source.value, isType);
      if (problem !== undefined) context.report({ node, ...problem });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal, true),
      TSImportEqualsDeclaration: (node) =>
        check(node, node.moduleReference.expression, node.importKind === 'type'),
      CallExpression: (node) => {
        if (node.callee.name === 'require') check(node, node.arguments[0]);
      },
    };
  },
};

function problemOf(file, specifier, isType) {
  const isRelative = specifier.startsWith('.');
  const target = isRelative ? targetOf(file, specifier) : undefined;
  if (PROGRAM_THREAD.test(file) && !isType) {
    const isAllowed = isRelative ? PROGRAM_THREAD.test(target) : specifier.startsWith('node:');
    return isAllowed ? undefined : { messageId: 'programThread', data: { specifier } };
  }
  if (target === undefined || mayImport(file, target)) return undefined;
  return { messageId: 'upward', data: { from: file, to: target } };
}

function targetOf(file, specifier) {
  return normalize(join(dirname(file), specifier))
    .split(sep)
    .join('/')
    .replace(/\.js$/, '.ts')
    .replace(/\.cjs$/, '.cts');
}

function mayImport(file, target) {
  const [area, otherArea] = [areaOf(file), areaOf(target)];
  // The package's own surface and its command stand above everything.
  if (area === undefined) return true;
  if (otherArea === undefined) return false;
  if (area !== otherArea) {
    const allowed = AREAS[area]?.[otherArea] ?? [];
    return allowed.includes(target.slice(otherArea.length + 1));
  }
  return isBelow(file, target, area);
}

/** The area of a path: its first folder. Undefined for files directly in src. */
function areaOf(path) {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined;
}

/** True if both paths lie in one folder of the area, or the target's folder comes later in the area's order. */
function isBelow(file, target, area) {
  const order = ORDER[area];
  if (order === undefined) return true;
  const [from, to] = [folderIn(file, area), folderIn(target, area)];
  if (from === '') return true;
  if (to === '') return false;
  if (from !== to) return PROGRAM_THREAD.test(file) || isLater(order, from, to);
  const inner = `${area}/${from}`;
  return ORDER[inner] === undefined || isBelow(file, target, inner);
}

function isLater(order, from, to) {
  const [at, other] = [order.indexOf(from), order.indexOf(to)];
  return at >= 0 && other > at;
}

/** The folder of a path within an area: '' for a file directly in the area. */
function folderIn(path, area) {
  const rest = path.slice(area.length + 1);
  return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : '';
}
