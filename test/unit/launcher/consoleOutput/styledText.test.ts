import { format } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isStyledFormOf, styledText } from '../../../../src/launcher/consoleOutput/styledText.js';

const ESC = '\u001b[';

describe('styledText', () => {
  it.each([
    ['color: red', `${ESC}31m`],
    ['COLOR: Lime ; font-style: italic', `${ESC}32m${ESC}3m`],
    ['background: #fff; color: #102030', `${ESC}48;2;255;255;255m${ESC}38;2;16;32;48m`],
    ['background-color: rgb(1, 2, 3)', `${ESC}48;2;1;2;3m`],
    ['color: rgba(1 2 3 / 50%)', `${ESC}38;2;1;2;3m`],
    ['color: orange', `${ESC}38;2;255;165;0m`],
    ['font-weight: 700; text-decoration: underline line-through', `${ESC}1m${ESC}4m${ESC}9m`],
  ])('translates "%s"', (css, code) => {
    expect(styledText(['%cx', css])).toBe(`${ESC}0m${code}x${ESC}0m`);
  });

  it.each([
    ['no style', ['%cx', 'padding: 3px; border: 1px solid']],
    ['an unknown colour', ['%cx', 'color: var(--mine)']],
    ['a wrong colour', ['%cx', 'color: #12345; background: rgb(1, 999, x)']],
    ['no value', ['%cx']],
    ['no format', [3, '%c']],
    ['an escaped percent sign', ['100%%cx', 'color: red']],
    ['a number for a style', ['%cx', 3]],
  ])('leaves the text plain with %s', (_why, args) => {
    expect(styledText(args)).toBeUndefined();
  });

  it('formats all else as node does', () => {
    const args = ['%s %% %c%d%c %i %j rest', 'a', 'color: red', 1.5, '', 2.7, 'q', 'more', true];
    const styled = styledText(args) ?? '';
    expect(isStyledFormOf(styled, `${format(...args)}\n`)).toBe(true);
    expect(isStyledFormOf(styled, 'another text\n')).toBe(false);
  });
});
