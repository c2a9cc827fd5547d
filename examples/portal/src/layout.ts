import type { LoginSession } from '@postern/sign-in';
import { attributes, type Html, html } from './html.js';
import { icon } from './parts.js';
import type { GatewayService } from './service.js';

/** What every handler is told. */
export interface Guest {
  readonly service: GatewayService;
  readonly url: URL;
  /** The posted form; empty for a GET. */
  readonly form: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  readonly address: string;
  readonly now: Date;
}

/** A request of somebody who has signed in; a POST among them has shown its anti-forgery value. */
export interface Visit extends Guest {
  readonly login: LoginSession;
  readonly token: string;
  /** The hidden field of every form. */
  readonly csrf: Html;
}

/** What a handler answers with: a page, or an address to go on to. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  readonly status?: number | undefined;
  /** Path of the navigation entry that it belongs to. */
  readonly current?: string | undefined;
  /** Hosts outside that a form of the page may lead to. Default none. */
  readonly formTargets?: readonly string[] | undefined;
}
export interface Redirect {
  readonly redirect: string;
  /** Default 303. */
  readonly status?: 302 | undefined;
  /** Cookies by name; an empty value removes one. */
  readonly cookies?: Readonly<Record<string, string>> | undefined;
}

/** The whole document around a page. */
export function layout(page: Page, styles: string, visit?: Visit): Html {
  const entries = [
    ['/', 'Apps', 'apps'],
    ['/requests', 'Requests', 'requests'],
    ['/sessions', 'Sessions', 'sessions'],
    ...(visit?.service.may(visit.login, 'event', 'list')
      ? [['/audit', 'Audit', 'audit'] as const]
      : []),
  ] as const;
  const top =
    visit &&
    html`<header class="top"><a class="brand" href="/">${icon('gate')}Postern</a>
    <nav aria-label="Main"><ul>${entries.map(
      ([path, name, picture]) =>
        html`<li><a href="${path}"${attributes({ 'aria-current': path === page.current ? 'page' : undefined })}>${icon(picture)}${name}</a></li>`,
    )}</ul></nav>
    <form class="who" method="post" action="/logout"><span>${visit.login.user}</span>${visit.csrf}<button class="quiet small">Sign out</button></form></header>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark"><title>${page.title} · Postern</title><link rel="stylesheet" href="${styles}">
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E%3Cpath fill='none' stroke='%230b7a63' stroke-width='2' d='M3.5 18V9a6.5 6.5 0 0 1 13 0v9M8 18V9.500a2 2 0 0 1 4 0V18'/%3E%3C/svg%3E"></head>
<body${attributes({ class: visit ? undefined : 'outside' })}><a class="skip" href="#main">Skip to content</a>${top}<main id="main" tabindex="-1">${page.body}</main></body></html>
`;
}
