/** The names of the variables that are visible at a place of a script, in the script and in the source. */
export interface VisibleNames {
  /** Replaces the names of the source in an expression by those of the script. */
  toScript(expression: string): string;
  /**
   * The name under which a variable of the script is shown.
   *
   * @param name the name in the script
   * @param at the place where the scope of the variable begins; default: the place itself
   */
  shown(name: string, at?: ScriptPosition): ShownName;
}

/** A position in a script. Lines and columns count from 0. */
export interface ScriptPosition {
  readonly lineNumber: number;
  readonly columnNumber?: number | undefined;
}

export interface ShownName {
  readonly name: string;
  /** False if an expression with that name does not mean the variable. */
  readonly isExpression: boolean;
}
