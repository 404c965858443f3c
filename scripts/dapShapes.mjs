/*
 * node scripts/dapShapes.mjs [--check]    writes src/trace/semantics/dapShapes.ts from the declarations of
 *                                         @vscode/debugprotocol, which are made from DAP's JSON schema
 *
 * With --check it only tells whether the file is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const FILE = fileURLToPath(new URL('../src/trace/semantics/dapShapes.ts', import.meta.url));
const declarations = createRequire(import.meta.url).resolve('@vscode/debugprotocol/lib/debugProtocol.d.ts');
const source = ts.createSourceFile(
  'dap.ts',
  readFileSync(declarations, 'utf8'),
  ts.ScriptTarget.Latest,
  true,
);
/** What every message has is checked elsewhere. */
const BASES = ['ProtocolMessage', 'Request', 'Event', 'Response'];

const lines = [];
source.forEachChild((module) => {
  if (!ts.isModuleDeclaration(module)) return;
  module.body.forEachChild((node) => {
    if (ts.isInterfaceDeclaration(node) && !BASES.includes(node.name.text)) {
      lines.push(`${node.name.text} ${JSON.stringify(shapeOfInterface(node))}`);
    }
    if (ts.isTypeAliasDeclaration(node))
      lines.push(`${node.name.text} ${JSON.stringify(shapeOf(node.type))}`);
  });
});

const text = `/**
 * The shapes of DAP's messages, a line each: a name and JSON. A text is \`s\`, \`n\`, \`b\` or \`*\` (string, number, boolean,
 * anything) or the name of a shape, a list is \`[shape]\`, a choice \`{ "|": shapes }\`, words are \`{ "=": words }\`, a map is
 * \`{ ":": shape }\`. Made by scripts/dapShapes.mjs from @vscode/debugprotocol.
 */
export const DAP_SHAPES = String.raw\`
${lines.join('\n')}
\`;
`;
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('src/trace/semantics/dapShapes.ts is not up to date: node scripts/dapShapes.mjs');
  process.exitCode = 1;
}

function shapeOfInterface(node) {
  const bases = (node.heritageClauses ?? []).flatMap(({ types }) =>
    types.map((type) => type.expression.text),
  );
  const own = membersOf(node.members);
  const inherited = bases.filter((base) => !BASES.includes(base));
  return inherited.length === 0 ? own : { ...own, '+': inherited };
}

function membersOf(members) {
  const shape = {};
  for (const member of members) {
    if (ts.isIndexSignatureDeclaration(member)) shape[':'] = shapeOf(member.type);
    else shape[`${member.name.text}${member.questionToken === undefined ? '' : '?'}`] = shapeOf(member.type);
  }
  return shape;
}

function shapeOf(type) {
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return 's';
    case ts.SyntaxKind.NumberKeyword:
      return 'n';
    case ts.SyntaxKind.BooleanKeyword:
      return 'b';
    case ts.SyntaxKind.AnyKeyword:
      return '*';
    case ts.SyntaxKind.ArrayType:
      return [shapeOf(type.elementType)];
    case ts.SyntaxKind.ParenthesizedType:
      return shapeOf(type.type);
    case ts.SyntaxKind.TypeReference:
      return type.typeName.text;
    case ts.SyntaxKind.TypeLiteral:
      return membersOf(type.members);
    case ts.SyntaxKind.LiteralType:
      return type.literal.kind === ts.SyntaxKind.NullKeyword ? 'null' : { '=': [type.literal.text] };
    case ts.SyntaxKind.UnionType:
      return unionOf(type.types.map(shapeOf));
    default:
      throw new Error(`a kind of type that is not known: ${type.getText()}`);
  }
}

/** Words beside any string say nothing. */
function unionOf(shapes) {
  const words = shapes.flatMap((shape) => shape['='] ?? []);
  const others = shapes.filter((shape) => shape['='] === undefined);
  if (others.includes('s') || words.length === 0) return others.length === 1 ? others[0] : { '|': others };
  return others.length === 0 ? { '=': words } : { '|': [{ '=': words }, ...others] };
}
