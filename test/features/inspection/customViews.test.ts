import { describe, expect, it } from 'vitest';
import { InspectionSession } from '../support/inspectionSession.js';

const FIXTURE = 'customViews.cjs';

/** The texts of the members of a value, by name. */
async function texts(session: InspectionSession, expression: string): Promise<Record<string, string>> {
  const members = await session.children(await session.evaluate(expression));
  return Object.fromEntries([...members].map(([name, { value }]) => [name, value]));
}

describe('an object that describes itself', () => {
  it('is shown by its description among others, at the prompt, and in a list', async () => {
    const session = await InspectionSession.stoppedAt(FIXTURE, 'look');
    expect((await session.evaluate('money')).result).toBe('3 EUR at 2');
    expect(await texts(session, 'list')).toMatchObject({ 0: '3 EUR at 2', 1: "{label: 'mine', size: 2}" });
    expect(await texts(session, 'holder')).toMatchObject({ money: '3 EUR at 2', list: '(2) [Money, {…}]' });
  });

  it('has the properties that it says', async () => {
    const session = await InspectionSession.stoppedAt(FIXTURE, 'look');
    expect(await texts(session, 'money')).toMatchObject({ inCents: '300', original: '3 EUR at 2' });
  });

  it('is shown as it is if that has side effects, throws, or runs traps', async () => {
    const session = await InspectionSession.stoppedAt(FIXTURE, 'look');
    expect(await texts(session, 'holder')).toMatchObject({
      money: '3 EUR at 2',
      counting: 'Counting {}',
      failing: 'Failing {fine: 1}',
      odd: '{}',
    });
    expect(await texts(session, 'failing')).toMatchObject({ fine: '1' });
    expect((await session.evaluate('calls')).result).toBe('0');
    await session.list((await session.evaluate('odd')).variablesReference);
    expect((await session.evaluate('calls')).result).toBe('0');
  });
});

describe('generators of the user', () => {
  it.each([
    ['an expression', 'this.label ? `<${this.label}>` : defaultValue'],
    ['a function', 'function (def) { return this.label ? `<${this.label}>` : def; }'],
  ])('describe objects that do not do so themselves: %s', async (_, customDescriptionGenerator) => {
    const session = await InspectionSession.stoppedAt(FIXTURE, 'look', { customDescriptionGenerator });
    expect(await texts(session, 'holder')).toMatchObject({ money: '3 EUR at 2', plain: '<mine>' });
  });

  it('give properties', async () => {
    const customPropertiesGenerator = '{ ...this, twice: this.size * 2 }';
    const session = await InspectionSession.stoppedAt(FIXTURE, 'look', { customPropertiesGenerator });
    expect(await texts(session, 'plain')).toMatchObject({ label: "'mine'", twice: '4' });
    expect(await texts(session, 'money')).toMatchObject({ inCents: '300' });
  });

  it('are refused if they are no code', async () => {
    const launch = { customDescriptionGenerator: 'this is none' };
    await expect(InspectionSession.stoppedAt(FIXTURE, 'look', launch)).rejects.toThrow(
      /"customDescriptionGenerator" is neither a function nor an expression: SyntaxError/,
    );
  });
});
