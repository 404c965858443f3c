import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { onTestFinished } from 'vitest';

/** A directory of a test's own, with files of its making; it goes with the test. */
class Project {
  readonly path: string;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.path = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** The path of a file in it. */
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

  /** Compiles TypeScript by the compiler itself. @returns the path of the first script that came out */
  compile(names: readonly string[], options: ts.CompilerOptions = {}): string {
    const program = ts.createProgram(
      names.map((name) => this.file(name)),
      {
        rootDir: this.file('src'),
        outDir: this.file('dist'),
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
        sourceMap: options.inlineSourceMap !== true,
        types: [],
        noEmitOnError: false,
        ignoreDeprecations: '6.0',
        ...options,
      },
    );
    const scripts: string[] = [];
    program.emit(undefined, (path, text) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      if (/\.[cm]?js$/.test(path)) scripts.push(path);
    });
    return scripts.find((path) => /main\.[cm]?js$/.test(path)) ?? scripts[0] ?? '';
  }
}

/** The line, from 1, in a text that ends in the comment `// NAME`. */
function markedLine(text: string, name: string): number {
  return text.split('\n').findIndex((line) => line.endsWith(`// ${name}`)) + 1;
}

export { markedLine, Project };
