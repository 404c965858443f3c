import type { AnyNode, Identifier, Pattern, Program } from 'acorn';

/** A variable in the text of a script. */
export interface Binding {
  readonly name: string;
  /** The offsets at which the variable is declared or used. */
  readonly occurrences: number[];
}

/** A use of a variable that the text does not declare. */
export interface FreeName {
  readonly name: string;
  readonly start: number;
  /** True for `{name}`, which is short for `{name: name}`. */
  readonly isShorthand: boolean;
}

/** A part of a script with variables of its own. Offsets count characters; the end is exclusive. */
export class Scope {
  readonly bindings = new Map<string, Binding>();
  readonly inner: Scope[] = [];

  constructor(
    readonly parent: Scope | undefined,
    readonly start: number,
    readonly end: number,
    /** True if `var` declares variables here. */
    readonly isFunction: boolean,
  ) {
    parent?.inner.push(this);
  }

  /** The innermost scope around an offset. */
  at(offset: number): Scope {
    const found = this.inner.find(({ start, end }) => start <= offset && offset < end);
    return found?.at(offset) ?? this;
  }

  declare({ name, start }: Identifier): void {
    const known = this.bindings.get(name);
    if (known === undefined) this.bindings.set(name, { name, occurrences: [start] });
    else known.occurrences.push(start);
  }

  /** The variable that a name means here; undefined if the text does not declare it. */
  resolve(name: string): Binding | undefined {
    return this.bindings.get(name) ?? this.parent?.resolve(name);
  }
}

type Use = FreeName & { readonly scope: Scope };
type Node = AnyNode & { readonly start: number; readonly end: number };

const BLOCKS: ReadonlySet<string> = new Set([
  ...['BlockStatement', 'ForStatement', 'ForInStatement', 'ForOfStatement', 'SwitchStatement', 'StaticBlock'],
]);

/** Finds the scopes of a parsed text, the variables that they declare, and where those are used. */
export function readScopes(program: Program): { readonly root: Scope; readonly free: readonly FreeName[] } {
  const root = new Scope(undefined, 0, Infinity, true);
  const uses: Use[] = [];
  const reader = new Reader(uses);
  for (const statement of program.body) reader.visit(statement, root);
  const free = uses.filter(({ name, start, scope }) => {
    const binding = scope.resolve(name);
    binding?.occurrences.push(start);
    return binding === undefined;
  });
  return { root, free };
}

/** Handles the nodes of each type whose children are not all read in the same way. */
type Visitors = {
  readonly [Type in AnyNode['type']]?: (node: Extract<AnyNode, { type: Type }>, scope: Scope) => void;
};

function skip(): void {
  // The names in such a node are no variables.
}

class Reader {
  private readonly visitors: Visitors = {
    Identifier: (node, scope) => this.use(node, scope),
    FunctionDeclaration: (node, scope) => this.visitFunction(node, scope),
    FunctionExpression: (node, scope) => this.visitFunction(node, scope),
    ArrowFunctionExpression: (node, scope) => this.visitFunction(node, scope),
    ClassDeclaration: (node, scope) => this.visitClass(node, scope),
    ClassExpression: (node, scope) => this.visitClass(node, scope),
    VariableDeclaration: ({ declarations, kind }, scope) => {
      for (const { id, init } of declarations) {
        this.declare(id, kind === 'var' ? functionOf(scope) : scope, scope);
        this.visit(init, scope);
      }
    },
    CatchClause: ({ start, end, param, body }, scope) => {
      const inner = new Scope(scope, start, end, false);
      if (param != null) this.declare(param, inner, inner);
      this.visitChildren(body, inner);
    },
    ImportDeclaration: ({ specifiers }, scope) => specifiers.forEach(({ local }) => scope.declare(local)),
    ExportAllDeclaration: skip,
    MetaProperty: skip,
    BreakStatement: skip,
    ContinueStatement: skip,
    ExportSpecifier: ({ local }, scope) => this.visit(local, scope),
    ExportNamedDeclaration: (node, scope) => {
      // What is exported from another module is no variable here.
      if (node.source == null) this.visitChildren(node, scope);
    },
    LabeledStatement: ({ body }, scope) => this.visit(body, scope),
    MemberExpression: ({ object, property, computed }, scope) => {
      this.visit(object, scope);
      if (computed) this.visit(property, scope);
    },
    Property: (node, scope) => {
      if (node.shorthand && node.value.type === 'Identifier') this.use(node.value, scope, true);
      else this.visitMember(node, scope);
    },
    MethodDefinition: (node, scope) => this.visitMember(node, scope),
    PropertyDefinition: (node, scope) => this.visitMember(node, scope),
  };

  constructor(private readonly uses: Use[]) {}

  visit(node: AnyNode | null | undefined, scope: Scope): void {
    if (node === null || node === undefined) return;
    const visitor = this.visitors[node.type] as ((node: AnyNode, scope: Scope) => void) | undefined;
    if (visitor !== undefined) visitor(node, scope);
    else this.visitChildren(node, BLOCKS.has(node.type) ? blockIn(node, scope) : scope);
  }

  private visitMember(
    { key, value, computed }: { key: AnyNode; value?: AnyNode | null | undefined; computed: boolean },
    scope: Scope,
  ): void {
    if (computed) this.visit(key, scope);
    this.visit(value, scope);
  }

  private visitFunction(
    node: AnyNode & { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' },
    scope: Scope,
  ): void {
    const inner = new Scope(scope, node.start, node.end, true);
    const { id } = node;
    if (id != null) (node.type === 'FunctionDeclaration' ? scope : inner).declare(id);
    for (const parameter of node.params) this.declare(parameter, inner, inner);
    if (node.body.type === 'BlockStatement') this.visitChildren(node.body, inner);
    else this.visit(node.body, inner);
  }

  private visitClass(node: AnyNode & { type: 'ClassDeclaration' | 'ClassExpression' }, scope: Scope): void {
    const inner = new Scope(scope, node.start, node.end, false);
    if (node.id != null) (node.type === 'ClassDeclaration' ? scope : inner).declare(node.id);
    this.visit(node.superClass, scope);
    this.visit(node.body, inner);
  }

  /** Declares the names of a pattern. Its default values are expressions. */
  private declare(pattern: Pattern, target: Scope, scope: Scope): void {
    switch (pattern.type) {
      case 'Identifier':
        target.declare(pattern);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.declare(property.argument, target, scope);
          else {
            if (property.computed) this.visit(property.key, scope);
            this.declare(property.value, target, scope);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element !== null) this.declare(element, target, scope);
        return;
      case 'RestElement':
        this.declare(pattern.argument, target, scope);
        return;
      case 'AssignmentPattern':
        this.declare(pattern.left, target, scope);
        this.visit(pattern.right, scope);
        return;
      case 'MemberExpression':
        this.visit(pattern, scope);
    }
  }

  private visitChildren(node: AnyNode, scope: Scope): void {
    for (const child of Object.values(node) as unknown[]) {
      if (Array.isArray(child)) child.filter(isNode).forEach((one) => this.visit(one, scope));
      else if (isNode(child)) this.visit(child, scope);
    }
  }

  private use({ name, start }: Identifier, scope: Scope, isShorthand = false): void {
    this.uses.push({ name, start, isShorthand, scope });
  }
}

function functionOf(scope: Scope): Scope {
  return scope.isFunction || scope.parent === undefined ? scope : functionOf(scope.parent);
}

function blockIn({ start, end }: Node, scope: Scope): Scope {
  return new Scope(scope, start, end, false);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
