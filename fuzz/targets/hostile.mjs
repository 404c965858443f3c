/*
 * Makes hostile messages from the bytes of an input, for the targets of the adapter's doors. Each three bytes make a series:
 * the first chooses a message, the second one of its fields, the third the hostile values that take the field's place: all
 * small ones, one after the other, or one large value if its highest bit is set. With the highest bit of the first byte set, the
 * rest of the input is one message as it is.
 */
/** JSON texts in place of a value. */
const VALUES = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '1.5',
    '1e308',
    '1e400',
    '-1e400',
    '9007199254740993',
    '""',
    '"x"',
    '"\\u0000\\u001b"',
  ],
  ...[
    '[]',
    '[null]',
    '[[]]',
    '[{}]',
    '{}',
    '{"toString":1,"valueOf":1}',
    '{"toJSON":1}',
    '{"then":1}',
    '{"length":-1}',
  ],
  ...['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":1}}', '"__proto__"', '"constructor"'],
];
/** Large ones. The deep ones are above and below `maxJsonDepth`, and above what recursion stands. */
const LARGE_VALUES = [
  JSON.stringify('long '.repeat(2_000)),
  ...[900, 990, 1_100, 20_000].map((levels) => '['.repeat(levels) + ']'.repeat(levels)),
  '{"a":'.repeat(990) + '1' + '}'.repeat(990),
];
const EXTRA_FIELDS = ['__proto__', 'toString', 'toJSON', 'then', 'hasOwnProperty', 'seq', 'type'];

/** The most series that one input has. */
const MAX_SERIES = 16;

/** Returns the JSON texts of an input's messages, made from the templates. */
export function hostileTexts(data, templates) {
  const texts = [];
  for (let at = 0; at < Math.min(data.length, 3 * MAX_SERIES); at += 3) {
    const [first = 0, second = 0, third = 0] = data.subarray(at, at + 3);
    if (first >= 0x80) {
      if (at + 1 < data.length) texts.push(data.subarray(at + 1));
      break;
    }
    const { small, large } = seriesOf(templates[first % templates.length], second);
    if (third < 0x80) texts.push(...small);
    else texts.push(large[third % large.length]);
  }
  return texts;
}

const made = new Map();

/** The messages of one field of a template. They are made once. */
function seriesOf(template, field) {
  const paths = pathsIn(template);
  const at = field % paths.length;
  if (!made.has(template)) made.set(template, []);
  const messagesWith = (values) => values.map((value) => Buffer.from(replaced(template, paths[at], value)));
  return (made.get(template)[at] ??= { small: messagesWith(VALUES), large: messagesWith(LARGE_VALUES) });
}

/** The short values, for messages that are mutated as text. */
export const dictionary = VALUES.filter((text) => text.length < 100).map((text) => Buffer.from(text));

const known = new Map();

function pathsIn(template) {
  const found = known.get(template) ?? walk(template, []);
  known.set(template, found);
  return found;
}

function walk(value, path) {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, field]) => walk(field, [...path, name]));
  const extra = Array.isArray(value) ? [] : EXTRA_FIELDS.map((name) => [...path, name]);
  return [...(path.length > 0 ? [path] : []), ...inner, ...extra];
}

/** Writes the template with a JSON text in one place. Built as text, because a value can be too deep to be written. */
function replaced(value, [name, ...rest], text) {
  if (name === undefined) return text;
  if (Array.isArray(value)) {
    return `[${value.map((item, at) => (String(at) === name ? replaced(item, rest, text) : JSON.stringify(item)))}]`;
  }
  const fields = Object.entries(value).filter(([field]) => field !== name);
  const changed = [...fields.map(([field, item]) => `${JSON.stringify(field)}:${JSON.stringify(item)}`)];
  const own = Object.hasOwn(value, name) ? value[name] : {};
  changed.push(`${JSON.stringify(name)}:${replaced(own, rest, text)}`);
  return `{${changed}}`;
}
