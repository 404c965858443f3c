import type { SourceMap } from '../sources/sourceMap.js';
import { parseScopes } from './parse.js';
import type { Binding, FreeName, Scope } from './scopeTree.js';
import type { ScriptPosition, ShownName, VisibleNames } from './visibleNames.js';

/** The name of a variable in a source. */
interface SourceName {
  readonly name: string;
  /** True if the map has the name. Otherwise the script has the name of the source. */
  readonly isFromMap: boolean;
}

/** The names of the variables of a script with a source map that has names. */
export class ScriptNames {
  private readonly lineStarts: readonly number[];
  private readonly namesOf = new Map<Binding, ReadonlyMap<number, SourceName>>();

  private constructor(
    text: string,
    private readonly root: Scope,
    private readonly map: SourceMap,
  ) {
    this.lineStarts = [
      0,
      ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map((end) => end.index + end[0].length),
    ];
  }

  /** Returns undefined if the text of the script cannot be parsed. */
  static read(text: string, map: SourceMap): ScriptNames | undefined {
    const parsed = parseScopes(text);
    return parsed && new ScriptNames(text, parsed.root, map);
  }

  /** The names that are visible at a place. Undefined if the place is in no source. */
  at(place: ScriptPosition): VisibleNames | undefined {
    const { lineNumber: line, columnNumber: column = 0 } = place;
    const source = this.map.original({ line, column })?.source;
    if (source === undefined) return undefined;
    const scope = this.scopeAt(place);
    const { toScript, taken } = this.readVisible(scope, source);
    return {
      toScript: (expression) => renameIn(expression, toScript),
      shown: (name, at) => {
        const binding = (at === undefined ? scope : this.scopeAt(at)).resolve(name);
        return binding === undefined ? { name, isExpression: true } : this.show(binding, source, taken);
      },
    };
  }

  private readVisible(
    scope: Scope,
    source: number,
  ): { toScript: ReadonlyMap<string, string>; taken: ReadonlyMap<string, Binding> } {
    const taken = new Map<string, Binding>();
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      for (const binding of at.bindings.values()) {
        const name = this.sourceNames(binding).get(source)?.name;
        // A variable that an inner one hides in the script cannot be reached.
        if (name === undefined || taken.has(name) || scope.resolve(binding.name) !== binding) continue;
        taken.set(name, binding);
      }
    }
    const toScript = new Map<string, string>();
    for (const [name, binding] of taken) if (name !== binding.name) toScript.set(name, binding.name);
    return { toScript, taken };
  }

  private show(binding: Binding, source: number, taken: ReadonlyMap<string, Binding>): ShownName {
    const own = this.sourceNames(binding).get(source)?.name;
    if (own !== undefined) return { name: own, isExpression: taken.get(own) === binding };
    // Its name may be that of another variable in this source.
    const isTaken = taken.has(binding.name);
    return {
      name: isTaken ? `${binding.name} (in another source)` : binding.name,
      isExpression: !isTaken,
    };
  }

  /** The names of a variable in the sources in which it occurs. A name of the map is the better one. */
  private sourceNames(binding: Binding): ReadonlyMap<number, SourceName> {
    const known = this.namesOf.get(binding);
    if (known !== undefined) return known;
    const names = new Map<number, SourceName>();
    for (const offset of binding.occurrences) {
      const { line, column } = this.positionOf(offset);
      const place = this.map.original({ line, column });
      if (place === undefined) continue;
      const name = place.scriptColumn === column ? place.name : undefined;
      const best = names.get(place.source);
      if (best === undefined || (name !== undefined && !best.isFromMap))
        names.set(place.source, { name: name ?? binding.name, isFromMap: name !== undefined });
    }
    this.namesOf.set(binding, names);
    return names;
  }

  private scopeAt({ lineNumber, columnNumber = 0 }: ScriptPosition): Scope {
    return this.root.at((this.lineStarts[lineNumber] ?? 0) + columnNumber);
  }

  private positionOf(offset: number): { line: number; column: number } {
    let [low, high] = [0, this.lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.lineStarts[low] ?? 0) };
  }
}

/** Replaces the names that an expression does not declare itself. An expression of new syntax is unchanged. */
function renameIn(expression: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return expression;
  const { free, shift } = parseInput(expression);
  let result = expression;
  for (const { name, start, isShorthand } of free.toSorted((one, other) => other.start - one.start)) {
    const other = names.get(name);
    if (other === undefined) continue;
    const at = start - shift;
    const replacement = isShorthand ? `${name}: ${other}` : other;
    result = result.slice(0, at) + replacement + result.slice(at + name.length);
  }
  return result;
}

/** Parses what a user has typed. An object literal could also be a block. */
function parseInput(text: string): { free: readonly FreeName[]; shift: number } {
  const starts = text.trimStart().startsWith('{') ? ['(', ''] : [''];
  for (const start of starts) {
    const parsed = parseScopes(start === '' ? text : `${start}${text}\n)`);
    if (parsed !== undefined) return { free: parsed.free, shift: start.length };
  }
  return { free: [], shift: 0 };
}
