import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { onTestFinished } from 'vitest';

/** A temporary directory with files, which is removed when the test ends. */
export class Project {
  readonly path: string;

  /** @param files the text of each file, by its path with `/` */
  constructor(files: Readonly<Record<string, string>> = {}) {
    this.path = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** The path of a file of the project. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** @returns the path of the file */
  write(name: string, text: string): string {
    const path = this.file(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /**
   * Compiles TypeScript files one by one, from `src` to `dist`.
   *
   * @returns the path of the first script
   */
  compile(names: readonly string[], options: ts.CompilerOptions = {}): string {
    const [first = ''] = names.map((name) => this.compileOne(name, options));
    return first;
  }

  private compileOne(name: string, options: ts.CompilerOptions): string {
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(this.file(name), 'utf8'), {
      fileName: this.file(name),
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
        sourceMap: options.inlineSourceMap !== true,
        ignoreDeprecations: '6.0',
        ...options,
      },
    });
    const script = name.replace(/^src/, 'dist').replace(/ts(x?)$/, 'js');
    if (sourceMapText !== undefined) this.write(`${script}.map`, fromDist(sourceMapText, name));
    return this.write(script, outputText);
  }
}

/** Corrects the sources of a map, which were relative to `src`, for a map in `dist`. */
function fromDist(mapText: string, name: string): string {
  const map = JSON.parse(mapText) as object;
  return JSON.stringify({ ...map, sources: [relative(dirname(name.replace(/^src/, 'dist')), name)] });
}

/** The number, from 1, of the line that ends in the comment `// NAME`. */
export function markedLine(text: string, name: string): number {
  return text.split('\n').findIndex((line) => line.endsWith(`// ${name}`)) + 1;
}
