/*
 * Makes hostile messages from the bytes of an input, for the targets of the adapter's doors. The first byte chooses a
 * message, the second one of its fields, the third a value for that field. With the highest bit of the first byte set,
 * the rest of the input is the message as it is.
 */
/** JSON texts in place of a value. Deep ones are above and below `maxJsonDepth`, and above what recursion stands. */
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
  JSON.stringify('long '.repeat(2_000)),
  ...[900, 990, 1_100, 20_000].map((levels) => '['.repeat(levels) + ']'.repeat(levels)),
  '{"a":'.repeat(990) + '1' + '}'.repeat(990),
];
const EXTRA_FIELDS = ['__proto__', 'toString', 'toJSON', 'then', 'hasOwnProperty', 'seq', 'type'];

/** Returns the JSON text of an input's message, made from one of the templates. */
export function hostileText(data, templates) {
  const [first = 0, second = 0, third = 0] = data;
  if (first >= 0x80) return data.subarray(1);
  const template = templates[first % templates.length];
  const paths = pathsIn(template);
  const path = paths[second % paths.length];
  const value = VALUES[third % VALUES.length];
  return Buffer.from(replaced(template, path, value));
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
