import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Functions that let a fixed time pass. */
const TIMERS = ['setTimeout', 'setInterval', 'settlesWithin'];
const TIMER_MODULE = /(^|:)timers\/promises$/;
/** The two good reasons for a timer in a test: it bounds a wait, or the test is about time. */
const REASON = /\b(deadline|pace)\b/i;

/**
 * Finds the timers of a test file that do not say why they are there. A comment with the word "deadline" or
 * "pace", right before the statement, says so.
 *
 * @returns the places, as `file:line`
 */
export function timersWithoutReason(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const places: string[] = [];
  const visit = (node: ts.Node, statement: ts.Node): void => {
    const enclosing = ts.isStatement(node) ? node : statement;
    if (isTimer(node) && !REASON.test(commentBefore(enclosing, text))) {
      places.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`);
    }
    ts.forEachChild(node, (child) => visit(child, enclosing));
  };
  visit(source, source);
  return places;
}

function isTimer(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return TIMER_MODULE.test(node.moduleSpecifier.text);
  }
  return (
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && TIMERS.includes(node.expression.text)
  );
}

function commentBefore(node: ts.Node, text: string): string {
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  return ranges.map(({ pos, end }) => text.slice(pos, end)).join('\n');
}
