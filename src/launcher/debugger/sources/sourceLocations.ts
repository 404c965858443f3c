import { sourceOfUrl, urlPatternOfFile, type Source } from './scriptUrls.js';

/** A position as people count: lines and columns begin at 1. */
export interface Position {
  readonly line: number;
  readonly column?: number | undefined;
}

/** A place in the sources that people see. */
export interface SourcePlace {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

/** A place in every script whose URL fits the pattern; line and column count from 0. */
export interface ScriptPlace {
  readonly urlRegex: string;
  readonly lineNumber: number;
  readonly columnNumber?: number | undefined;
}

/** Translates between the sources that people see and the scripts that V8 runs. One for all threads. */
export class SourceLocations {
  /** Where a script's place is in the sources. `url` '' is a script without a name; line and column count from 0. */
  original(url: string, lineNumber: number, columnNumber: number): SourcePlace {
    return { source: sourceOfUrl(url), line: lineNumber + 1, column: columnNumber + 1 };
  }

  /** The places in scripts, loaded or still to come, that a position in a file stands for; none where none is known yet. */
  generated(file: string, { line, column }: Position): ScriptPlace[] {
    return [
      {
        urlRegex: urlPatternOfFile(file),
        lineNumber: line - 1,
        ...(column !== undefined && { columnNumber: column - 1 }),
      },
    ];
  }
}
