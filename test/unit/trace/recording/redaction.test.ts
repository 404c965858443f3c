import { describe, expect, it } from 'vitest';
import { privateValues, Redaction, secretValues } from '../../../../src/trace/recording/redaction.js';

function redacted(message: object, hidden: readonly string[] = []): unknown {
  return JSON.parse(new Redaction(hidden).redact(message, JSON.stringify(message)).json);
}

describe('a redaction', () => {
  it.each<[string, object, object]>([
    ['env', { env: { A: 'value', B: null } }, { env: { A: '<redacted: 5 characters>', B: null } }],
    ['args', { args: ['--x', 'y'] }, { args: ['<redacted: 3 characters>', '<redacted: 1 characters>'] }],
    ['args as one text', { args: '--x y' }, { args: '<redacted: 5 characters>' }],
    ['a key', { key: 'abc', keyFile: '/k' }, { key: '<secret>', keyFile: '/k' }],
    ['a token', { accessToken: 'abc', TOKEN: 4711 }, { accessToken: '<secret>', TOKEN: '<secret>' }],
    ['headers', { Authorization: 'Bearer x' }, { Authorization: '<secret>' }],
    [
      'a secret variable',
      { variables: [{ name: 'API_KEY', value: "'x'" }] },
      { variables: [{ name: 'API_KEY', value: '<redacted: 3 characters>' }] },
    ],
    ['a source', { content: 'let x' }, { content: '<source text: 5 characters>' }],
  ])('takes out %s, at any depth', (_, message, clean) => {
    expect(redacted(message)).toEqual(clean);
    expect(redacted({ body: { deep: [message] } })).toEqual({ body: { deep: [clean] } });
  });

  it('leaves alone what is not private', () => {
    const message = { seq: 1, command: 'evaluate', arguments: { expression: 'monkey + 1', frameId: 3 } };
    const json = JSON.stringify(message);
    expect(new Redaction(['something else']).redact(message, json)).toEqual({ json, cut: false });
  });

  it('cuts long texts, and says how long they were', () => {
    const { output } = redacted({ output: 'x'.repeat(5_000) }) as { output: string };
    expect(output).toBe(`${'x'.repeat(200)}<and more: 5000 characters>`);
  });

  it('keeps a long message whose texts and lists are short', () => {
    const json = JSON.stringify({ list: Array.from({ length: 900 }, () => ({ text: 'short' })) });
    expect(new Redaction().redact(JSON.parse(json), json)).toEqual({ json, cut: false });
  });

  it('cuts long lists and deep messages, and says so', () => {
    const list = { list: Array.from({ length: 1_500 }, (_, at) => at) };
    const { json, cut } = new Redaction().redact(list, JSON.stringify(list));
    expect((JSON.parse(json) as { list: unknown[] }).list).toHaveLength(1_000);
    expect(cut).toBe(true);
    let deep: object = { key: 'abc' };
    for (let depth = 0; depth < 200; depth++) deep = { deep };
    const result = new Redaction().redact(deep, JSON.stringify(deep));
    expect(result.cut).toBe(true);
    expect(result.json).not.toContain('abc');
  });

  it('hides values wherever they appear, in names and within texts, escaped or not', () => {
    const clean = redacted({ 'a"b-hidden': 'before a"b-hidden after', other: 'a"b' }, ['a"b-hidden', 'a"b']);
    expect(clean).toEqual({ '<redacted>': 'before <redacted> after', other: 'a"b' });
  });

  it('does the same again', () => {
    const message = { env: { A: 'value' }, content: 'let x', key: 'k' };
    expect(redacted(redacted(message) as object)).toEqual(redacted(message));
  });
});

describe('private values', () => {
  it('are those of the environment and the arguments of a launch, and its secrets', () => {
    const launch = {
      program: 'p',
      args: ['one'],
      env: { A: 'two', B: null },
      launcher: { args: ['three'] },
      key: 'four',
    };
    expect(privateValues(launch)).toEqual(['one', 'two', 'three', 'four']);
    // A command to the launcher has its fields in `args`.
    expect(privateValues({ command: 'launch', args: { program: 'p', args: ['one'] } })).toEqual(['one']);
  });

  it('of this process are those of variables with such names', () => {
    const environment = {
      GITHUB_TOKEN: 'a',
      AWS_SECRET_ID: 'b',
      API_KEY: 'c',
      PWD: 'd',
      HOME: 'e',
      MONKEY: 'f',
    };
    expect(secretValues(environment)).toEqual(['a', 'b', 'c']);
  });
});
