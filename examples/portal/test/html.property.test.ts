import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributes, Html, html } from '../src/html.js';

/** Hostile pieces, joined at random with any text. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        'javascript:alert(1)',
        'JaVaScRiPt:alert(1)',
        'data:text/html,<script>',
        '//evil.example',
        '/\\evil.example',
        '../..',
        '&lt;',
        '`',
        '\0',
        '\ud800',
        '</title>',
        '-->',
      ),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));

const decode = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe('html', () => {
  it('writes any text so that it reads back as it was and opens nothing', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const inner = String(html`<p>${value}</p>`).slice(3, -4);
        expect(inner).not.toMatch(/[<>"'`]/);
        expect(decode(inner)).toBe(value);
      }),
    );
  });

  it('writes any attribute so that it ends at our quotation mark only', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const tag = String(html`<input value="${value}"${attributes({ title: value })}>`);
        const match = /^<input value="([^"<>]*)" title="([^"<>]*)">$/.exec(tag);
        expect(match?.slice(1).map(decode)).toEqual([value, value]);
      }),
    );
  });

  it('lets an address lead to us, to https or nowhere', () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const href = decode(
          /href="([^"]*)"/.exec(String(html`<a href="${value}">x</a>`))?.[1] ?? '!',
        );
        const url = new URL(href, 'http://portal.example/page');
        expect(url.origin === 'http://portal.example' || url.protocol === 'https:').toBe(true);
        if (!value.startsWith('https://')) expect(url.hostname).toBe('portal.example');
      }),
    );
  });

  it('keeps a value inside of an address in its segment or parameter', () => {
    fc.assert(
      fc.property(hostile, hostile, (app, role) => {
        fc.pre(!/^\.\.?$/.test(app));
        const markup = String(html`<a href="/apps/${app}/new?role=${role}">x</a>`);
        const url = new URL(
          decode(/href="([^"]*)"/.exec(markup)?.[1] ?? ''),
          'http://portal.example',
        );
        expect(url.pathname.split('/')).toHaveLength(4);
        expect(url.searchParams.get('role')).toBe(Buffer.from(role).toString());
        expect(url.hash).toBe('');
      }),
    );
  });

  it('takes nested markup and lists as they are, and writes nothing for nothing', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    const list = html`<ul>${items}${undefined}${false}${0}</ul>`;
    expect(String(list)).toBe('<ul><li>a</li><li>&#60;b&#62;</li>0</ul>');
  });

  it('shows the text of an address that leads nowhere as #', () => {
    const markup = html`<a href="${'javascript:alert(1)'}">x</a>`;
    expect(String(markup)).toBe('<a href="#">x</a>');
  });

  it.each([
    ['an event handler', () => html`<a onclick="${'x'}">y</a>`],
    ['a style', () => html`<a style="${'x'}">y</a>`],
    ['a whole document in an attribute', () => html`<iframe srcdoc="${'x'}"></iframe>`],
    ['no quotation marks', () => html`<a title=${'x'}>y</a>`],
    ['single quotation marks', () => html`<a title='${'x'}'>y</a>`],
    ['a tag name', () => html`<${'b'}>y`],
    ['a script', () => html`<script>${'x'}</script>`],
    ['a comment', () => html`<!-- ${'x'} -->`],
    ['markup in an attribute', () => html`<a title="${html`<b>x</b>`}">y</a>`],
    ['attributes between tags', () => html`<p>${attributes({ title: 'x' })}</p>`],
    ['an open end', () => html`<p title="${'x'}`],
    ['an attribute that runs', () => attributes({ onclick: 'x' })],
    ['an address as an attribute', () => attributes({ href: 'x' })],
  ])('refuses a template with %s', (_, template) => {
    expect(template).toThrow(TypeError);
  });

  it('cannot be made by anybody else', () => {
    const forged = Object.create(Html.prototype);
    expect(() => String(html`<p>${forged}</p>`)).toThrow(TypeError);
    expect(() => Reflect.construct(Html, [Symbol('maker'), '<b>'])).toThrow(TypeError);
  });
});
