/** The functions of node:child_process that start a process. */
const STARTING = new Set(['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']);
const MODULE = /^(?:node:)?child_process$/;
const OPTION = 'windowsHide';

/**
 * ESLint rule: whatever starts a process passes `windowsHide`, without which a console program opens a window on
 * Windows. The options are an object in the call, or a variable of the file that holds one.
 */
export const windowsHide = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      missing: '{{name}} is called without windowsHide: on Windows it may open a console window',
    },
  },
  create(context) {
    const { sourceCode } = context;
    /** The names of this file that start a process, and those of the module itself. */
    const starting = new Map();
    const modules = new Set();
    const addPattern = (pattern) => {
      if (pattern.type === 'Identifier') modules.add(pattern.name);
      for (const { key, value } of pattern.properties ?? []) addFunction(value?.name, key?.name);
    };
    const addFunction = (name, imported) => {
      if (STARTING.has(imported)) starting.set(name, imported);
    };
    const startOf = (callee) => {
      if (callee.type === 'Identifier') return starting.get(callee.name);
      if (callee.type !== 'MemberExpression' || !modules.has(callee.object.name)) return undefined;
      return STARTING.has(callee.property.name) ? callee.property.name : undefined;
    };
    const promisedStart = (node) => {
      const [first] =
        node?.type === 'CallExpression' && node.callee.name === 'promisify' ? node.arguments : [];
      return first && startOf(first);
    };
    return {
      ImportDeclaration({ source, specifiers }) {
        if (!MODULE.test(source.value)) return;
        for (const { type, local, imported } of specifiers) {
          if (type === 'ImportSpecifier') addFunction(local.name, imported.name);
          else modules.add(local.name);
        }
      },
      TSImportEqualsDeclaration({ id, moduleReference }) {
        if (MODULE.test(moduleReference.expression?.value)) modules.add(id.name);
      },
      VariableDeclarator({ id, init }) {
        if (isRequired(init)) addPattern(id);
        addFunction(id.name, promisedStart(init));
      },
      CallExpression(node) {
        const name = startOf(node.callee) ?? promisedStart(node.callee);
        if (name === undefined) return;
        if (!node.arguments.some((value) => hides(value, sourceCode.getScope(node))))
          context.report({ node, messageId: 'missing', data: { name } });
      },
    };
  },
};

function isRequired(node) {
  return (
    node?.type === 'CallExpression' &&
    node.callee.name === 'require' &&
    MODULE.test(node.arguments[0]?.value ?? '')
  );
}

/** True for an object with the option, and for a variable that begins as one. */
function hides(value, scope) {
  if (value.type === 'ObjectExpression') {
    return value.properties.some(({ key }) => key?.name === OPTION || key?.value === OPTION);
  }
  if (value.type !== 'Identifier') return false;
  const variable = findVariable(scope, value.name);
  return (
    variable?.defs.some(({ node }) => node.init?.type === 'ObjectExpression' && hides(node.init)) ?? false
  );
}

function findVariable(scope, name) {
  for (let at = scope; at !== null; at = at.upper) {
    const variable = at.set.get(name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}
