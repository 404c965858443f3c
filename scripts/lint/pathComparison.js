/** The names of values that are paths or URLs of files. */
const PATH_NAME =
  /^(?:.*(?:Path|File|Dir|Directory|Folder|Url)|path|file|dir|directory|folder|url|cwd|program)$/;
/** Methods that compare texts with their first argument, or find it as a key. */
const COMPARING = new Set(['endsWith', 'includes', 'indexOf', 'localeCompare', 'startsWith']);
const FINDING = new Set(['add', 'delete', 'get', 'has', 'set']);
const EQUALITY = new Set(['===', '!==', '==', '!=']);

/**
 * ESLint rule: paths are compared by src/paths alone, because two texts may be one file: in other letter case,
 * with other separators, through a symbolic link.
 */
export const pathComparison = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      raw: '"{{name}}" is compared as a text. Two paths may lead to one file: compare their keys, see src/paths',
    },
  },
  create(context) {
    const report = (node, value) => context.report({ node, messageId: 'raw', data: { name: nameOf(value) } });
    return {
      BinaryExpression(node) {
        if (!EQUALITY.has(node.operator) || isConstant(node.left) || isConstant(node.right)) return;
        const path = [node.left, node.right].find(isPath);
        if (path !== undefined) report(node, path);
      },
      CallExpression(node) {
        const method = node.callee.type === 'MemberExpression' ? nameOf(node.callee) : undefined;
        const [first] = node.arguments;
        if (first === undefined || isConstant(first)) return;
        if (COMPARING.has(method) && (isPath(first) || isPath(node.callee.object)))
          report(node, isPath(first) ? first : node.callee.object);
        if (FINDING.has(method) && isPath(first) && !/url$/i.test(nameOf(first))) report(node, first);
      },
    };
  },
};

function isPath(node) {
  return PATH_NAME.test(nameOf(node));
}

/** The name by which a value is known: of a variable, a property or a function. */
function nameOf(node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression' && !node.computed) return nameOf(node.property);
  if (node.type === 'PrivateIdentifier') return node.name;
  return node.type === 'ChainExpression' ? nameOf(node.expression) : '';
}

/** True for a value that is no path of a file: a text in the code, or `undefined`. */
function isConstant(node) {
  if (node.type === 'Literal') return true;
  if (node.type === 'TemplateLiteral') return node.expressions.length === 0;
  if (node.type === 'UnaryExpression') return true;
  return node.type === 'Identifier' && (node.name === 'undefined' || /^[A-Z_\d]+$/.test(node.name));
}
