import type { Container, Containers, Extra } from './containers.js';
import { countIndexed } from './containers.js';
import type { InspectorClient } from './inspectorClient.js';
import { readElements, readProperties, type Property } from './properties.js';
import { formatType, formatValue } from './valueFormat.js';

/** A variable as the adapter is told of it. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** 0: nothing to expand. */
  readonly variablesReference: number;
  /** The expression that gives this value in the same frame. */
  readonly evaluateName?: string;
  /** For arrays: how many elements a client can ask for by `start` and `count`. */
  readonly indexedVariables?: number;
}

/** Which of a container's variables are wanted. Absent fields do not narrow. */
export interface VariablesRange {
  readonly filter?: 'indexed' | 'named' | undefined;
  readonly start?: number | undefined;
  /** 0 or absent: as many as one answer carries. */
  readonly count?: number | undefined;
}

/** The most variables of one kind in one answer. Beyond it a last entry says how many are left out. */
const MAX_VARIABLES = 1_000;

/** Reads what is in scopes and objects. */
export class Variables {
  constructor(
    private readonly client: InspectorClient,
    private readonly containers: Containers,
  ) {}

  /** @throws DebuggerError for a reference that is unknown or stale */
  async read(reference: number, range: VariablesRange): Promise<Variable[]> {
    const container = this.containers.get(reference);
    const variables: Variable[] = [];
    if (range.filter !== 'named') variables.push(...(await this.readIndexed(container, range)));
    if (range.filter !== 'indexed') variables.push(...(await this.readNamed(container, range)));
    return variables;
  }

  private async readIndexed(container: Container, range: VariablesRange): Promise<Variable[]> {
    const { start, end } = clamp(range, container.indexedCount);
    const elements = await readElements(this.client, container, { start, count: end - start });
    const left = range.count === undefined ? container.indexedCount - end : 0;
    return [...elements.map((element) => this.describe(element, container)), ...leftOut(left)];
  }

  private async readNamed(container: Container, range: VariablesRange): Promise<Variable[]> {
    const isArray = container.indexedCount > 0;
    const properties = await readProperties(this.client, container.objectId, { named: isArray });
    // `start` counts the elements where an array is read as a whole.
    const { start, end } = clamp(isArray && range.filter === undefined ? {} : range, properties.length);
    const extras = start === 0 ? (container.extras ?? []) : [];
    const left = range.count === undefined ? properties.length - end : 0;
    return [
      ...extras.map((extra) => this.describeExtra(extra, container)),
      ...properties.slice(start, end).map((property) => this.describe(property, container)),
      ...leftOut(left),
    ];
  }

  private describeExtra({ name, value, expression }: Extra, container: Container): Variable {
    return this.describe({ name, value, kind: 'internal' }, container, expression);
  }

  private describe(
    { name, value, accessor, kind }: Property,
    container: Container,
    expression = kind === 'property' ? memberExpression(container.expression, name) : undefined,
  ): Variable {
    const named = { name, ...(expression !== undefined && { evaluateName: expression }) };
    if (value === undefined) {
      return {
        ...named,
        value: accessor === undefined ? '<not available>' : `[${accessor}]`,
        variablesReference: 0,
      };
    }
    const indexedVariables = countIndexed(value);
    return {
      ...named,
      value: formatValue(value),
      type: formatType(value),
      variablesReference: this.containers.addValue(value, expression, container.lifetime),
      ...(indexedVariables > 0 && { indexedVariables }),
    };
  }
}

function clamp({ start = 0, count = 0 }: VariablesRange, length: number): { start: number; end: number } {
  const first = Math.min(Math.max(start, 0), length);
  const most = count > 0 ? Math.min(count, MAX_VARIABLES) : MAX_VARIABLES;
  return { start: first, end: Math.min(first + most, length) };
}

function leftOut(count: number): Variable[] {
  return count > 0 ? [{ name: '…', value: `${count} more`, variablesReference: 0 }] : [];
}

/** The expression of a member. A scope's own expression is empty: its members are plain names. */
function memberExpression(parent: string | undefined, name: string): string | undefined {
  if (parent === undefined || name.startsWith('Symbol(')) return undefined;
  if (parent === '') return name;
  if (/^(?:0|[1-9]\d*)$/.test(name)) return `${parent}[${name}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)
    ? `${parent}.${name}`
    : `${parent}[${JSON.stringify(name)}]`;
}
