import type { Debugger, Runtime } from 'node:inspector';
import type { Container, VariableStore, Extra } from './variableStore.js';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import type { SourcePlace } from '../sources/sourceLocations.js';
import type { ValueFormat } from '../formatting/valueFormat.js';
import { describeValue } from './describeValue.js';
import type { ValueDetails } from './describeValue.js';
import { readEntries } from './entries.js';
import type { Entry } from './entries.js';
import { readGetter } from './getters.js';
import { callInProgram } from './inProgram.js';
import { entryExpression, propertyExpression } from './memberExpression.js';
import { partsOf, spanOf } from './chunks.js';
import type { Span } from './chunks.js';
import { formatEntry } from '../formatting/previews.js';
import { extraHint, propertyHint } from './presentation.js';
import type { PresentationHint } from './presentation.js';
import { countProperties, MAX_AT_ONCE, readNameBounds, readProperties, readRun } from './properties.js';
import type { Property } from './properties.js';
import { refreshScope } from './scopeValues.js';

/** A variable as the adapter is told of it. */
export interface Variable extends Partial<ValueDetails> {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
  /** The expression that gives this value in the same frame. */
  readonly evaluateName?: string;
  readonly presentationHint?: PresentationHint;
}

/** Which of a container's variables are wanted. Absent fields do not narrow. */
export interface VariablesRange {
  readonly filter?: 'indexed' | 'named' | undefined;
  readonly start?: number | undefined;
  /** 0 or absent: all of them, in parts where they are very many. */
  readonly count?: number | undefined;
}

/** Reads what is in scopes and objects. */
export class Variables {
  constructor(
    private readonly client: InspectorClient,
    private readonly containers: VariableStore,
    private readonly placeOf: (location: Debugger.Location) => SourcePlace,
  ) {}

  /** @throws DebuggerError for a reference that is unknown or stale */
  async read(reference: number, range: VariablesRange, format: ValueFormat = {}): Promise<Variable[]> {
    const container = this.containers.get(reference);
    if (container.shape === 'getter') return [await this.readGetter(container, format)];
    if (this.containers.isTouched) await refreshScope(this.client, container);
    const { filter } = range;
    const indexed = filter === 'named' ? [] : await this.readIndexed(container, range, format);
    const named = filter === 'indexed' ? [] : await this.readNamed(container, range, format);
    return [...indexed, ...named];
  }

  private async readIndexed(
    container: Container,
    range: VariablesRange,
    format: ValueFormat,
  ): Promise<Variable[]> {
    if (container.part?.kind === 'named' || container.indexedCount === 0) return [];
    const span = spanOf(container.part ?? { start: 0, end: container.indexedCount }, range);
    if (span.tooLong) {
      return this.parts(container, 'indexed', span, ({ start, end }) => `[${start} … ${end - 1}]`);
    }
    const run = { start: span.start, count: span.end - span.start };
    if (run.count <= 0) return [];
    if (container.shape === 'map' || container.shape === 'set') {
      const entries = await readEntries(this.client, container, run);
      return entries.map((entry) => this.describeEntry(entry, container, format));
    }
    const elements = await readRun(this.client, container, run, 'indexed');
    return elements.map((element) => this.describe(element, container, format));
  }

  private async readNamed(
    container: Container,
    range: VariablesRange,
    format: ValueFormat,
  ): Promise<Variable[]> {
    if (container.part?.kind === 'indexed') return [];
    // `start` counts the elements where an array is read as a whole.
    const asked = container.indexedCount > 0 && range.filter === undefined ? {} : range;
    const count = container.mayBeLarge === true ? await countProperties(this.client, container) : 0;
    if (container.part !== undefined || count > MAX_AT_ONCE) {
      return this.readLarge(container, container.part ?? { start: 0, end: count }, asked, format);
    }
    const properties = await readProperties(this.client, container);
    const { start, end } = spanOf({ start: 0, end: properties.length }, asked);
    return [
      ...(start === 0 ? await this.readExtras(container, format) : []),
      ...properties.slice(start, end).map((property) => this.describe(property, container, format)),
    ];
  }

  private async readLarge(
    container: Container,
    within: Span,
    asked: VariablesRange,
    format: ValueFormat,
  ): Promise<Variable[]> {
    const { start, end, tooLong } = spanOf(within, asked);
    const run = { start, count: tooLong ? 0 : end - start };
    const properties = await readRun(this.client, container, run, 'named');
    // The prototype comes with every run, and is shown behind the last one.
    const shown = end < within.end || container.part !== undefined ? properties.filter(isOwn) : properties;
    const variables = shown.map((property) => this.describe(property, container, format));
    const extras = start === 0 ? await this.readExtras(container, format) : [];
    if (!tooLong) return [...extras, ...variables];
    const { size } = partsOf({ start, end });
    const bounds = await readNameBounds(this.client, container, { size, start, end });
    const name = (_: Span, index: number): string => (bounds[index] ?? []).map(shorten).join(' … ');
    return [...extras, ...this.parts(container, 'named', { start, end }, name), ...variables];
  }

  private parts(
    container: Container,
    kind: 'indexed' | 'named',
    span: Span,
    nameOf: (part: Span, index: number) => string,
  ): Variable[] {
    return partsOf(span).parts.map((part, index) => ({
      name: nameOf(part, index),
      value: `${part.end - part.start} ${kind === 'indexed' ? 'elements' : 'properties'}`,
      variablesReference: this.containers.add({
        ...container,
        extras: [],
        part: { kind, ...part },
      }),
      presentationHint: { kind: 'virtual', visibility: 'internal' },
    }));
  }

  private async readExtras(container: Container, format: ValueFormat): Promise<Variable[]> {
    const { extras = [] } = container;
    return Promise.all(extras.map((extra) => this.describeExtra(extra, container, format)));
  }

  private async describeExtra(extra: Extra, origin: Container, format: ValueFormat): Promise<Variable> {
    const { name, expression } = extra;
    const value = await this.withPreview(extra.value, origin);
    const details = describeValue(this.containers, value, { origin, expression, format });
    const evaluateName = expression === undefined ? {} : { evaluateName: expression };
    return { name, ...details, ...evaluateName, presentationHint: extraHint(value) };
  }

  /** What comes with a stop comes without a preview. */
  private async withPreview(
    value: Runtime.RemoteObject,
    { lifetime }: Container,
  ): Promise<Runtime.RemoteObject> {
    const { objectId, preview, type } = value;
    if (objectId === undefined || preview !== undefined || type !== 'object') return value;
    const code = 'function () { return this; }';
    return (await callInProgram(this.client, { code, self: objectId, lifetime })).result;
  }

  private async readGetter(container: Container, format: ValueFormat): Promise<Variable> {
    this.containers.touch();
    const value = await readGetter(this.client, container);
    const { expression } = container;
    const details = describeValue(this.containers, value, { origin: container, expression, format });
    return { name: '', ...details, ...(expression !== undefined && { evaluateName: expression }) };
  }

  private describeEntry({ index, value }: Entry, container: Container, format: ValueFormat): Variable {
    const expression = entryExpression(container, index);
    const named = { name: String(index), ...(expression !== undefined && { evaluateName: expression }) };
    if (container.shape === 'set' || value.objectId === undefined) {
      return {
        ...named,
        ...describeValue(this.containers, value, { origin: container, expression, format }),
      };
    }
    const { lifetime, callFrameId, objectId: map } = container;
    const variablesReference = this.containers.add({
      ...{ objectId: value.objectId, shape: 'entry', lifetime, callFrameId, expression, indexedCount: 0 },
      receiver: { objectId: map },
    });
    return { ...named, value: formatEntry(value, format), variablesReference };
  }

  private describe(property: Property, container: Container, format: ValueFormat): Variable {
    const { name, value } = property;
    const expression = propertyExpression(container, property);
    const named = { name, ...(expression !== undefined && { evaluateName: expression }) };
    const presentationHint = propertyHint(property, container);
    if (value === undefined) {
      return { ...named, ...this.describeAccessor(property, container, expression), presentationHint };
    }
    if (value.subtype === 'internal#location')
      return { name, ...this.describeLocation(value), presentationHint };
    const receiver = name === '[[Prototype]]' ? (container.receiver ?? container) : undefined;
    const found = { origin: container, expression, receiver, format };
    return { ...named, ...describeValue(this.containers, value, found), presentationHint };
  }

  private describeLocation({ value }: Runtime.RemoteObject): Pick<Variable, 'value' | 'variablesReference'> {
    const { source, line } = this.placeOf(value as Debugger.Location);
    return { value: `${source.name}:${line}`, variablesReference: 0 };
  }

  private describeAccessor(
    { getter, setter }: Property,
    container: Container,
    expression: string | undefined,
  ): Pick<Variable, 'value' | 'variablesReference'> {
    if (getter?.objectId === undefined) {
      return { value: setter === undefined ? '<not available>' : '[Setter]', variablesReference: 0 };
    }
    const { lifetime, callFrameId } = container;
    const variablesReference = this.containers.add({
      ...{ objectId: getter.objectId, shape: 'getter', lifetime, callFrameId, expression, indexedCount: 0 },
      receiver: container.receiver ?? container,
    });
    return { value: setter === undefined ? '[Getter]' : '[Getter/Setter]', variablesReference };
  }
}

function isOwn({ kind }: Property): boolean {
  return kind !== 'internal';
}

/** The part of a name that tells it from others, where a part of an object is named by two of them. */
function shorten(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
