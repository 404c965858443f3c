import { readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/** An import of one source file by another. Paths are relative to the root of the project, with `/`. */
export interface SourceImport {
  readonly from: string;
  readonly to: string;
}

/** Files or folders that import each other, directly or through others, and the imports that tie them. */
export interface Circle {
  readonly members: readonly string[];
  readonly imports: readonly SourceImport[];
}

/** The form of module specifiers that the project uses: `./name.js` is the file `name.ts`. */
const RESOLUTION: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

/** Every import between the given files: of types, of values, static, dynamic, by `require` and by re-export. */
export function importsBetween(root: string, files: readonly string[]): SourceImport[] {
  const known = new Set(files);
  return files.flatMap((from) =>
    specifiersIn(root, from).flatMap((specifier) => {
      const to = resolve(root, from, specifier);
      return to !== undefined && known.has(to) ? [{ from, to }] : [];
    }),
  );
}

/** The circles between files. */
export function fileCircles(imports: readonly SourceImport[]): Circle[] {
  return circles(imports, (file) => file);
}

/** The circles between folders. A folder and its subfolder are two folders. */
export function folderCircles(imports: readonly SourceImport[]): Circle[] {
  return circles(
    imports.filter(({ from, to }) => dirname(from) !== dirname(to)),
    (file) => dirname(file),
  );
}

/** The folders with more than `most` files directly in them, each with its number of files. */
export function crowdedFolders(files: readonly string[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > most)
    .map(([folder, count]) => `${folder}: ${count} files`);
}

/** The text for a failure: the members of the circle, and each import to choose from when it is cut. */
export function describeCircle({ members, imports }: Circle): string {
  return [members.join(', '), ...imports.map(({ from, to }) => `  ${from} imports ${to}`)].join('\n');
}

/** Groups of nodes that reach each other; `nodeOf` maps a file to its node. */
function circles(imports: readonly SourceImport[], nodeOf: (file: string) => string): Circle[] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    targets.set(nodeOf(from), (targets.get(nodeOf(from)) ?? new Set()).add(nodeOf(to)));
  }
  const reached = new Map([...targets.keys()].map((node) => [node, reachableFrom(node, targets)]));
  const reaches = (from: string, to: string): boolean => reached.get(from)?.has(to) ?? false;
  const found: Circle[] = [];
  for (const node of [...targets.keys()].sort()) {
    if (!reaches(node, node) || found.some(({ members }) => members.includes(node))) continue;
    const members = [...targets.keys()]
      .filter((other) => reaches(node, other) && reaches(other, node))
      .sort();
    const tying = imports.filter(
      ({ from, to }) => members.includes(nodeOf(from)) && members.includes(nodeOf(to)),
    );
    found.push({ members, imports: tying });
  }
  return found;
}

/** All nodes that one import, or a chain of them, leads to. */
function reachableFrom(start: string, targets: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const target of targets.get(node) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      open.push(target);
    }
  }
  return reached;
}

/** The relative module specifiers of a file, each once. */
function specifiersIn(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier) && specifier.text.startsWith('.')) {
      found.add(specifier.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return [...found];
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  return ts.isCallExpression(node) && isImportCall(node) ? node.arguments[0] : undefined;
}

function isImportCall({ expression }: ts.CallExpression): boolean {
  const isRequire = ts.isIdentifier(expression) && expression.text === 'require';
  return isRequire || expression.kind === ts.SyntaxKind.ImportKeyword;
}

function resolve(root: string, from: string, specifier: string): string | undefined {
  const { resolvedModule } = ts.resolveModuleName(specifier, join(root, from), RESOLUTION, ts.sys);
  return resolvedModule && slashed(relative(root, resolvedModule.resolvedFileName));
}

function slashed(path: string): string {
  return path.replaceAll(sep, '/');
}
