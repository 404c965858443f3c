// A codec of one's own: the values of XML-RPC, as Python's XmlClient and XmlListener send them.
import { DOMImplementation, DOMParser, XMLSerializer } from '@xmldom/xmldom';

export const xmlRpc = {
  encode(value) {
    const document = new DOMImplementation().createDocument(null, 'params');
    const make = (name, ...children) => elementOf(document, name, children);
    document.documentElement.appendChild(make('param', toElement(value, make)));
    return new XMLSerializer().serializeToString(document);
  },
  decode(bytes) {
    const document = new DOMParser({ onError: strictly }).parseFromString(bytes.toString(), 'text/xml');
    return fromElement(elementsIn(elementsIn(document.documentElement)[0])[0]);
  },
};

/** A value as `<value>` around an element of its type; `make(name, ...children)` makes elements. */
function toElement(value, make) {
  return make('value', typed(value, make));
}

function typed(value, make) {
  if (value === null || value === undefined) return make('nil');
  if (value instanceof Uint8Array) return make('base64', Buffer.from(value).toString('base64'));
  if (Array.isArray(value)) return make('array', make('data', ...value.map((item) => toElement(item, make))));
  switch (typeof value) {
    case 'boolean':
      return make('boolean', String(Number(value)));
    case 'number':
      return make(value === (value | 0) ? 'int' : 'double', String(value));
    case 'string':
      return make('string', value);
    case 'object': {
      const members = Object.entries(value).map(([name, item]) =>
        make('member', make('name', name), toElement(item, make)),
      );
      return make('struct', ...members);
    }
    default:
      throw new Error(`XML-RPC has no ${typeof value}`);
  }
}

function fromElement(value) {
  const [element] = elementsIn(value);
  if (element === undefined) return value.textContent;
  const text = element.textContent;
  switch (element.nodeName) {
    case 'nil':
      return null;
    case 'boolean':
      return text === '1';
    case 'int':
    case 'i4':
    case 'double':
      return Number(text);
    case 'string':
      return text;
    case 'base64':
      return Buffer.from(text, 'base64');
    case 'array':
      return elementsIn(elementsIn(element)[0]).map(fromElement);
    case 'struct':
      return Object.fromEntries(elementsIn(element).map(member));
    default:
      throw new Error(`<${element.nodeName}> is none of the types that are known here`);
  }
}

function member(element) {
  const [name, value] = elementsIn(element);
  return [name.textContent, fromElement(value)];
}

function elementOf(document, name, children) {
  const element = document.createElement(name);
  for (const child of children)
    element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
  return element;
}

function elementsIn(node) {
  return Array.from(node.childNodes).filter(({ nodeType }) => nodeType === node.ELEMENT_NODE);
}

function strictly(level, message) {
  throw new Error(`${level}: ${message}`);
}
