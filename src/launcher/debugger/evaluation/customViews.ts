import type { Runtime } from 'node:inspector';
import type { InspectorClient } from '../inspector/inspectorClient.js';
import { DebuggerError } from '../inspector/debuggerError.js';
import { MAX_VALUE_CHARS } from '../formatting/primitives.js';
import { errorInExpression } from '../breakpoints/syntax.js';
import { asArgument, callInProgram } from '../values/inProgram.js';
import type { Lifetime, VariableContainer } from '../values/variableStore.js';
import type { Views } from '../values/variables.js';

/**
 * Code of the user that describes objects, or gives the properties to show: a function, or an expression with `this` and
 * `defaultValue`. Undefined without such code.
 */
export interface ViewSettings {
  readonly customDescriptionGenerator: string | undefined;
  readonly customPropertiesGenerator: string | undefined;
}

/** Values whose own texts say more, or whose elements are shown. Proxies would run their traps. */
const SHOWN_OTHERWISE: ReadonlySet<string> = new Set([
  ...[
    'null',
    'proxy',
    'array',
    'typedarray',
    'map',
    'set',
    'weakmap',
    'weakset',
    'promise',
    'generator',
    'error',
  ],
  ...['date', 'regexp', 'arraybuffer', 'dataview', 'node', 'iterator', 'internal#location', 'internal#entry'],
]);
/** The detail that a description may have, as `util.inspect` counts it. */
const DEPTH = 2;
/** The inspector's object group for symbols, which are kept as long as the thread is debugged. */
const SYMBOL_GROUP = 'debug-adapter-ipc symbols';

/** The symbols by which an object says how it is shown. */
const SYMBOLS = { description: 'debug.description', properties: 'debug.properties' } as const;

/** Runs in the program. Returns for each object if it has a method of that name. */
const HAVE_METHOD = `function (name, ...objects) {
  return objects.map((object) => typeof object[name] === 'function');
}`;

/** Runs in the program. Returns the description of an object, or undefined. */
function descriptionCode(generator = 'undefined'): string {
  return `function (name, defaultValue) {
    const own = this[name];
    const text = typeof own === 'function' ? own.call(this, ${DEPTH}) : ${generator};
    return text === undefined || text === null ? undefined : String(text).slice(0, ${MAX_VALUE_CHARS});
  }`;
}

/** Runs in the program. Returns the object whose properties are shown, or undefined. */
function propertiesCode(generator = 'undefined'): string {
  return `function (name, defaultValue = this) {
    const own = this[name];
    const shown = typeof own === 'function' ? own.call(this) : ${generator};
    return typeof shown === 'object' && shown !== null && shown !== this ? shown : undefined;
  }`;
}

/** A call in the program for a view. */
interface ViewCall {
  readonly code: string;
  readonly args: readonly Runtime.CallArgument[];
  readonly lifetime: Lifetime;
  readonly byValue?: boolean;
  readonly throwOnSideEffect?: boolean;
}

/**
 * Objects as the program wants to have them shown: `[Symbol.for('debug.description')](depth)` gives the text, and
 * `[Symbol.for('debug.properties')]()` an object with the properties, as in js-debug. A description that has side effects
 * is not run to its end, and the object is shown as it is. Properties are asked for when the user opens the object, as
 * getters are.
 */
export class CustomViews implements Views {
  private readonly symbols = new Map<string, Promise<Runtime.CallArgument>>();

  constructor(
    private readonly client: InspectorClient,
    private readonly settings: () => ViewSettings,
  ) {}

  /** Gives objects the descriptions that the program or the user's generator has for them. */
  async describe(
    values: readonly (Runtime.RemoteObject | undefined)[],
    lifetime: Lifetime,
  ): Promise<(Runtime.RemoteObject | undefined)[]> {
    const objects = [...new Set(values.flatMap((value) => (isPlain(value) ? [value] : [])))];
    if (objects.length === 0) return [...values];
    const generator = this.settings().customDescriptionGenerator;
    const name = await this.symbol(SYMBOLS.description);
    const described = generator === undefined ? await this.withMethod(objects, name, lifetime) : objects;
    const code = descriptionCode(generator && callOf(generator));
    const texts = new Map(
      await Promise.all(
        described.map(async (object): Promise<[Runtime.RemoteObject, unknown]> => {
          const args = [name, { value: object.description }];
          const call = { code, args, lifetime, byValue: true, throwOnSideEffect: true };
          return [object, (await this.call(object, call))?.value];
        }),
      ),
    );
    return values.map((value) => {
      const text = value === undefined ? undefined : texts.get(value);
      return value === undefined || typeof text !== 'string' ? value : withDescription(value, text);
    });
  }

  /** The container whose properties are shown for an object. Runs code of the program if it, or the user, says so. */
  async containerFor(container: VariableContainer): Promise<VariableContainer> {
    const { objectId, shape, indexedCount, receiver, isClass, chunk, lifetime } = container;
    if (shape !== 'object' || indexedCount > 0 || receiver !== undefined || isClass === true)
      return container;
    if (chunk !== undefined) return container;
    const generator = this.settings().customPropertiesGenerator;
    const name = await this.symbol(SYMBOLS.properties);
    const isOwn = (await this.withMethod([{ objectId }], name, lifetime)).length > 0;
    if (!isOwn && generator === undefined) return container;
    const code = propertiesCode(generator && callOf(generator));
    const shown = await this.call({ objectId }, { code, args: [name], lifetime });
    if (shown?.objectId === undefined) return container;
    // The shown object exists for the debugger alone, so that no expression names its members.
    return { ...container, objectId: shown.objectId, expression: undefined };
  }

  /** The objects that have a method of that name. Runs no code of the program. */
  private async withMethod<O extends { readonly objectId?: string | undefined }>(
    objects: readonly O[],
    name: Runtime.CallArgument,
    lifetime: Lifetime,
  ): Promise<readonly O[]> {
    const [first] = objects;
    if (first === undefined) return [];
    const args = [name, ...objects.flatMap(({ objectId }) => (objectId === undefined ? [] : [{ objectId }]))];
    const call = { code: HAVE_METHOD, args, lifetime, byValue: true, throwOnSideEffect: true };
    const flags: unknown = (await this.call(first, call))?.value;
    if (Array.isArray(flags)) return objects.filter((_, at) => flags[at] === true);
    // One of the objects has a proxy as its prototype, or they are of several contexts.
    if (objects.length === 1) return [];
    const each = await Promise.all(objects.map((object) => this.withMethod([object], name, lifetime)));
    return each.flat();
  }

  /** A symbol of the program, as an argument: V8 takes `Symbol.for` for a side effect. */
  private symbol(name: string): Promise<Runtime.CallArgument> {
    const known = this.symbols.get(name);
    if (known !== undefined) return known;
    const read = this.client
      .post('Runtime.evaluate', {
        expression: `Symbol.for(${JSON.stringify(name)})`,
        objectGroup: SYMBOL_GROUP,
        silent: true,
      })
      .then(({ result }) => asArgument(result));
    this.symbols.set(name, read);
    return read;
  }

  /** @returns undefined if the code throws, or has side effects that it must not have */
  private async call(
    { objectId }: { readonly objectId?: string | undefined },
    call: ViewCall,
  ): Promise<Runtime.RemoteObject | undefined> {
    if (objectId === undefined) return undefined;
    const answer = await callInProgram(this.client, { ...call, thisObjectId: objectId }).catch(
      () => undefined,
    );
    return answer?.exceptionDetails === undefined ? answer?.result : undefined;
  }
}

/** @throws DebuggerError if the code of a generator is neither a function nor an expression */
export function checkGenerator(name: keyof ViewSettings, code: string | undefined): string | undefined {
  const problem = code === undefined ? undefined : errorInExpression(code);
  if (problem === undefined) return code;
  throw new DebuggerError(`"${name}" is neither a function nor an expression: ${problem}`);
}

/** The call of a generator, in a function whose `this` is the object. */
function callOf(generator: string): string {
  const isFunction = /^\s*(?:function\b|\([\w\s,]*\)\s*=>|\w+\s*=>)/.test(generator);
  return isFunction ? `(${generator}\n).call(this, defaultValue)` : `(${generator}\n)`;
}

function isPlain(value: Runtime.RemoteObject | undefined): value is Runtime.RemoteObject {
  return (
    value?.objectId !== undefined && value.type === 'object' && !SHOWN_OTHERWISE.has(value.subtype ?? '')
  );
}

/** The value with a text in place of its preview. */
function withDescription(value: Runtime.RemoteObject, description: string): Runtime.RemoteObject {
  const described = { ...value, description };
  delete described.preview;
  return described;
}
