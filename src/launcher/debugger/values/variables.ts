import type { Debugger, Runtime } from 'node:inspector';
import type { Lifetime, VariableContainer, VariableStore, Extra } from './variableStore.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { SourcePlace } from '../sources/sourceLocations.js';
import type { ValueFormat } from '../formatting/primitives.js';
import { describeValue } from './describeValue.js';
import type { ValueDetails } from './describeValue.js';
import { readEntries } from './entries.js';
import type { Entry } from './entries.js';
import { readGetter } from './getters.js';
import { callInProgram } from './inProgram.js';
import { entryExpression, propertyExpression } from './memberExpression.js';
import { divideIntoChunks, requestedSpan } from './chunks.js';
import type { Span } from './chunks.js';
import { formatEntry } from '../formatting/previews.js';
import { extraHint, propertyHint } from './presentation.js';
import type { PresentationHint } from './presentation.js';
import { countProperties, MAX_AT_ONCE, readNameBounds, readProperties, readRange } from './properties.js';
import type { Property } from './properties.js';
import { refreshScope } from './scopeValues.js';

/** A variable as reported to the adapter. */
export interface Variable extends Partial<ValueDetails> {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
  /** The expression that evaluates to this value in the same frame. */
  readonly evaluateName?: string;
  readonly presentationHint?: PresentationHint;
}

/** A selection of a container's variables. Absent fields select all. */
export interface VariablesRange {
  readonly filter?: 'indexed' | 'named' | undefined;
  readonly start?: number | undefined;
  /** Default: 0, which selects all variables, divided into chunks if there are very many. */
  readonly count?: number | undefined;
}

/** Shows objects in other ways than by their properties. */
export interface Views {
  /** Gives objects the descriptions that the program has for them. */
  describe(
    values: readonly (Runtime.RemoteObject | undefined)[],
    lifetime: Lifetime,
  ): Promise<(Runtime.RemoteObject | undefined)[]>;
  /** The container whose properties are shown for an object. */
  containerFor(container: VariableContainer): Promise<VariableContainer>;
}

/** Reads the variables of scopes and objects. */
export class Variables {
  constructor(
    private readonly client: InspectorClient,
    private readonly store: VariableStore,
    private readonly placeOf: (location: Debugger.Location) => SourcePlace,
    private readonly views: Views,
  ) {}

  /** @throws DebuggerError if the reference is unknown or stale */
  async read(reference: number, range: VariablesRange, format: ValueFormat = {}): Promise<Variable[]> {
    const stored = this.store.get(reference);
    if (stored.shape === 'values') return this.readExtras(stored, format);
    if (stored.shape === 'getter') return [await this.readGetter(stored, format)];
    const container = await this.views.containerFor(stored);
    if (container !== stored) this.store.markChanged();
    if (this.store.mayHaveChanged) await refreshScope(this.client, container);
    const { filter } = range;
    const indexed = filter === 'named' ? [] : await this.readIndexed(container, range, format);
    const named = filter === 'indexed' ? [] : await this.readNamed(container, range, format);
    return [...indexed, ...named];
  }

  private async readIndexed(
    container: VariableContainer,
    range: VariablesRange,
    format: ValueFormat,
  ): Promise<Variable[]> {
    if (container.chunk?.kind === 'named' || container.indexedCount === 0) return [];
    const span = requestedSpan(container.chunk ?? { start: 0, end: container.indexedCount }, range);
    if (span.tooLong) {
      return this.listChunks(container, 'indexed', span, ({ start, end }) => `[${start} … ${end - 1}]`);
    }
    const items = { start: span.start, count: span.end - span.start };
    if (items.count <= 0) return [];
    if (container.shape === 'map' || container.shape === 'set') {
      const entries = await readEntries(this.client, container, items);
      return entries.map((entry) => this.describeEntry(entry, container, format));
    }
    const elements = await readRange(this.client, container, items, 'indexed');
    return this.describeAll(elements, container, format);
  }

  private async readNamed(
    container: VariableContainer,
    range: VariablesRange,
    format: ValueFormat,
  ): Promise<Variable[]> {
    if (container.chunk?.kind === 'indexed') return [];
    // When an array is read as a whole, `start` refers to its elements.
    const requestedRange = container.indexedCount > 0 && range.filter === undefined ? {} : range;
    const count = container.mayBeLarge === true ? await countProperties(this.client, container) : 0;
    if (container.chunk !== undefined || count > MAX_AT_ONCE) {
      return this.readLarge(container, container.chunk ?? { start: 0, end: count }, requestedRange, format);
    }
    const properties = await readProperties(this.client, container);
    const { start, end } = requestedSpan({ start: 0, end: properties.length }, requestedRange);
    return [
      ...(start === 0 ? await this.readExtras(container, format) : []),
      ...(await this.describeAll(properties.slice(start, end), container, format)),
    ];
  }

  private async readLarge(
    container: VariableContainer,
    within: Span,
    requestedRange: VariablesRange,
    format: ValueFormat,
  ): Promise<Variable[]> {
    const { start, end, tooLong } = requestedSpan(within, requestedRange);
    const items = { start, count: tooLong ? 0 : end - start };
    const properties = await readRange(this.client, container, items, 'named');
    // Each range includes the prototype. It is shown only after the last one.
    const shown = end < within.end || container.chunk !== undefined ? properties.filter(isOwn) : properties;
    const variables = await this.describeAll(shown, container, format);
    const extras = start === 0 ? await this.readExtras(container, format) : [];
    if (!tooLong) return [...extras, ...variables];
    const { size } = divideIntoChunks({ start, end });
    const bounds = await readNameBounds(this.client, container, { size, start, end });
    const name = (_: Span, index: number): string => (bounds[index] ?? []).map(shorten).join(' … ');
    return [...extras, ...this.listChunks(container, 'named', { start, end }, name), ...variables];
  }

  private listChunks(
    container: VariableContainer,
    kind: 'indexed' | 'named',
    span: Span,
    chunkName: (chunk: Span, index: number) => string,
  ): Variable[] {
    return divideIntoChunks(span).chunks.map((chunk, index) => ({
      name: chunkName(chunk, index),
      value: `${chunk.end - chunk.start} ${kind === 'indexed' ? 'elements' : 'properties'}`,
      variablesReference: this.store.add({
        ...container,
        extras: [],
        chunk: { kind, ...chunk },
      }),
      presentationHint: { kind: 'virtual', visibility: 'internal' },
    }));
  }

  private async readExtras(container: VariableContainer, format: ValueFormat): Promise<Variable[]> {
    const { extras = [] } = container;
    return Promise.all(extras.map((extra) => this.describeExtra(extra, container, format)));
  }

  private async describeExtra(
    extra: Extra,
    origin: VariableContainer,
    format: ValueFormat,
  ): Promise<Variable> {
    const { name, expression } = extra;
    const previewed = await this.withPreview(extra.value, origin);
    const [value = previewed] = await this.views.describe([previewed], origin.lifetime);
    const details = describeValue(this.store, value, { origin, expression, format });
    const evaluateName = expression === undefined ? {} : { evaluateName: expression };
    return { name, ...details, ...evaluateName, presentationHint: extraHint(value) };
  }

  /** Adds a preview to a value that arrived with a stop, and therefore without one. */
  private async withPreview(
    value: Runtime.RemoteObject,
    { lifetime }: VariableContainer,
  ): Promise<Runtime.RemoteObject> {
    const { objectId, preview, type } = value;
    if (objectId === undefined || preview !== undefined || type !== 'object') return value;
    const code = 'function () { return this; }';
    return (await callInProgram(this.client, { code, thisObjectId: objectId, lifetime })).result;
  }

  private async readGetter(container: VariableContainer, format: ValueFormat): Promise<Variable> {
    this.store.markChanged();
    const value = await readGetter(this.client, container);
    const { expression } = container;
    const details = describeValue(this.store, value, { origin: container, expression, format });
    return { name: '', ...details, ...(expression !== undefined && { evaluateName: expression }) };
  }

  private describeEntry(
    { index, value }: Entry,
    container: VariableContainer,
    format: ValueFormat,
  ): Variable {
    const expression = entryExpression(container, index);
    const named = { name: String(index), ...(expression !== undefined && { evaluateName: expression }) };
    if (container.shape === 'set' || value.objectId === undefined) {
      return {
        ...named,
        ...describeValue(this.store, value, { origin: container, expression, format }),
      };
    }
    const { lifetime, callFrameId, objectId: map } = container;
    const variablesReference = this.store.add({
      ...{ objectId: value.objectId, shape: 'entry', lifetime, callFrameId, expression, indexedCount: 0 },
      receiver: { objectId: map },
    });
    return { ...named, value: formatEntry(value, format), variablesReference };
  }

  private async describeAll(
    properties: readonly Property[],
    container: VariableContainer,
    format: ValueFormat,
  ): Promise<Variable[]> {
    // A prototype is shown as it is.
    const given = properties.map(({ kind, value }) => (kind === 'internal' ? undefined : value));
    const values = await this.views.describe(given, container.lifetime);
    return properties.map((property, at) =>
      this.describe({ ...property, value: values[at] ?? property.value }, container, format),
    );
  }

  private describe(property: Property, container: VariableContainer, format: ValueFormat): Variable {
    const { value } = property;
    const { name, isExpression } = container.names?.(property.name) ?? { ...property, isExpression: true };
    const expression = isExpression ? propertyExpression(container, { ...property, name }) : undefined;
    const named = { name, ...(expression !== undefined && { evaluateName: expression }) };
    const presentationHint = propertyHint(property, container);
    if (value === undefined) {
      return { ...named, ...this.describeAccessor(property, container, expression), presentationHint };
    }
    if (value.subtype === 'internal#location')
      return { name, ...this.describeLocation(value), presentationHint };
    const receiver = name === '[[Prototype]]' ? (container.receiver ?? container) : undefined;
    const found = { origin: container, expression, receiver, format };
    return { ...named, ...describeValue(this.store, value, found), presentationHint };
  }

  private describeLocation({ value }: Runtime.RemoteObject): Pick<Variable, 'value' | 'variablesReference'> {
    const { source, line } = this.placeOf(value as Debugger.Location);
    return { value: `${source.name}:${line}`, variablesReference: 0 };
  }

  private describeAccessor(
    { getter, setter }: Property,
    container: VariableContainer,
    expression: string | undefined,
  ): Pick<Variable, 'value' | 'variablesReference'> {
    if (getter?.objectId === undefined) {
      return { value: setter === undefined ? '<not available>' : '[Setter]', variablesReference: 0 };
    }
    const { lifetime, callFrameId } = container;
    const variablesReference = this.store.add({
      ...{ objectId: getter.objectId, shape: 'getter', lifetime, callFrameId, expression, indexedCount: 0 },
      receiver: container.receiver ?? container,
    });
    return { value: setter === undefined ? '[Getter]' : '[Getter/Setter]', variablesReference };
  }
}

function isOwn({ kind }: Property): boolean {
  return kind !== 'internal';
}

/** Shortens a property name for the label of a chunk, which shows two names. */
function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
