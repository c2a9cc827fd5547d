const MAKER = Symbol('maker');
const URL_ATTRIBUTES = new Set(['href', 'src', 'action', 'formaction', 'poster', 'data']);

/** A piece of markup that was made by {@link html}. There is no other way to make one, so no text becomes markup by mistake. */
export class Html {
  readonly #markup: string;
  constructor(maker: typeof MAKER, markup: string) {
    if (maker !== MAKER) throw new TypeError('markup is made by html`…` only');
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

/** Attributes that are there or not, for a place inside of a tag; made by {@link attributes}. */
class Attributes extends Html {}

/** What may stand between `${` and `}`. Nothing is written for `undefined` and `false`. */
export type HtmlValue = string | number | undefined | false | Html | readonly HtmlValue[];

/** Where in the markup a value is written: between tags, inside of a tag, or in the value of an attribute. */
interface Place {
  readonly in: 'text' | 'tag' | 'attribute';
  readonly attribute: string;
  /** What the attribute's value starts with. */
  readonly written: string;
}

const TEXT: Place = { in: 'text', attribute: '', written: '' };

/**
 * Markup with every value made harmless for its place: text and attributes are escaped, addresses (`href`, `action`, …) must
 * be ours or https, and a value inside of an address is percent-encoded.
 *
 * @throws TypeError for a template that has a value where none can be made safe (scripts, styles, event handlers, without
 *   double quotation marks), or that does not end between tags: mistakes of the programmer, found by the first test of a page
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = '';
  let place = TEXT;
  strings.forEach((text, index) => {
    place = advance(place, text);
    markup += text;
    if (index === values.length) return;
    markup += write(values[index], place);
    // Whatever was written, an address has begun.
    if (place.in === 'attribute') place = { ...place, written: `${place.written}…` };
  });
  if (place.in !== 'text') throw new TypeError('a template ends inside of a tag');
  return new Html(MAKER, markup);
}

/** Attributes by name: `true` gives the bare name, `false` and `undefined` give nothing. For `<input${attributes({…})}>`. */
export function attributes(list: Readonly<Record<string, string | boolean | undefined>>): Html {
  const parts = Object.entries(list).map(([name, value]) => {
    if (!/^[a-z-]+$/.test(name) || isUnsafe(name) || URL_ATTRIBUTES.has(name)) {
      throw new TypeError(`the attribute ${name} belongs in a template`);
    }
    if (value === true) return ` ${name}`;
    return typeof value === 'string' ? ` ${name}="${escapeHtml(value)}"` : '';
  });
  return new Attributes(MAKER, parts.join(''));
}

/** Follows the constant parts of a template, which only we write. */
function advance(from: Place, text: string): Place {
  if (/<(script|style|!--)/i.test(text)) throw new TypeError('no scripts, styles or comments');
  let place = from;
  let name = '';
  for (const character of text) {
    if (place.in === 'text') {
      if (character === '<') place = { ...TEXT, in: 'tag' };
    } else if (place.in === 'attribute') {
      if (character === '"') place = { ...TEXT, in: 'tag' };
      else place = { ...place, written: place.written + character };
    } else if (character === '>') place = TEXT;
    else if (character === '"') {
      place = { in: 'attribute', attribute: name, written: '' };
      name = '';
    } else if (/[a-z-]/i.test(character)) name += character.toLowerCase();
    else if (character !== '=') name = '';
  }
  return place;
}

function write(value: HtmlValue, place: Place): string {
  if (Array.isArray(value)) return value.map((item) => write(item, place)).join('');
  if (value === undefined || value === false) return '';
  const isAttributes = value instanceof Attributes;
  if (value instanceof Html || place.in === 'tag') {
    if (place.in === (isAttributes ? 'tag' : 'text') && value instanceof Html) return `${value}`;
    throw new TypeError('markup stands between tags, and attributes() inside of one');
  }
  if (place.in === 'text') return escapeHtml(String(value));
  if (isUnsafe(place.attribute)) throw new TypeError(`no value may stand in ${place.attribute}`);
  if (!URL_ATTRIBUTES.has(place.attribute)) return escapeHtml(String(value));
  return escapeHtml(place.written === '' ? safeUrl(String(value)) : encode(String(value)));
}

const isUnsafe = (attribute: string) => /^(on|style$|srcdoc$)/.test(attribute);

const escapeHtml = (text: string) =>
  text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);

/** An address of ours (`/…`, but not `//host`), `#…`, or https; anything else, `javascript:` first of all, leads nowhere. */
function safeUrl(text: string): string {
  const plain = /^[\x21-\x5b\x5d-\x7e]*$/.test(text);
  const ours = /^(#|\/(?!\/))/.test(text) || text.startsWith('https://');
  return plain && ours ? text : '#';
}

/** `encodeURIComponent` throws at half of a surrogate pair, which a request may well hold. */
const encode = (text: string) => encodeURIComponent(Buffer.from(text).toString());
