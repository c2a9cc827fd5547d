import { type Html, html } from './html.js';
import type { Page, Redirect, Visit } from './layout.js';
import { chip, crumbs, empty, icon } from './parts.js';
import type { AppView, RoleView } from './service.js';

const PARTITIONS = new Map(
  Object.entries({ aws: 'AWS', 'aws-us-gov': 'GovCloud', 'aws-cn': 'China' }),
);
/** Where a launch leads: first to the partition's sign-in, from there to its console. */
const CONSOLES = ['aws.amazon.com', 'amazonaws-us-gov.com', 'amazonaws.cn'].map(
  (h) => `https://*.${h}`,
);

const partition = ({ partition }: AppView): Html =>
  html`<span class="badge">${PARTITIONS.get(partition) ?? partition}</span>`;

const labels = ({ labels }: AppView): Html =>
  html`<ul class="labels" aria-label="Labels">${Object.entries(labels)
    .filter(([name]) => name !== 'aws_account_id')
    .map(([name, value]) => html`<li>${name}: ${value}</li>`)}</ul>`;

function summary({ roles }: AppView): Html {
  const usable = roles.filter(({ status }) => status === 'usable').length;
  const askable = roles.filter(({ status }) => status === 'needs-request').length;
  if (usable > 0) return chip('good', `${usable} role${usable > 1 ? 's' : ''} to use`);
  return askable > 0 ? chip('wait', 'on request') : chip('bad', 'no role for you');
}

/** The front page: a tile for every app. */
export function appsPage({ service, login }: Visit): Page {
  const apps = service.apps(login);
  const tiles = apps.map((app) => {
    const { name, account, description } = app;
    return html`<li class="tile"><p class="tile-head"><span class="glyph">${icon('cloud')}</span>${partition(app)}</p>
      <h2><a href="/apps/${name}">${name}</a></h2><p class="account"><span class="unseen">Account </span>${account}</p>
      ${description && html`<p class="soft">${description}</p>`}${labels(app)}<p class="tile-foot">${summary(app)}${icon('next')}</p></li>`;
  });
  const body = html`<div class="head"><div><h1>Apps</h1><p class="lead">Pick an account. You choose the role on the next page.</p></div></div>
    ${apps.length > 0 ? html`<ul class="tiles">${tiles}</ul>` : empty('No apps for you yet', html`None of your roles opens an AWS app. <a href="/requests/new">Request access</a>, or ask who manages your roles.`)}`;
  return { title: 'Apps', body, current: '/' };
}

/** The role picker. */
export function appPage(visit: Visit, name: string): Page {
  const app = visit.service.app(visit.login, name);
  const rank = ({ status }: RoleView) =>
    ['usable', 'needs-mfa', 'needs-request', 'denied'].indexOf(status);
  const roles = [...app.roles].sort((a, b) => rank(a) - rank(b));
  const body = html`${crumbs(['/', 'Apps'])}
    <div class="head"><span class="glyph">${icon('cloud')}</span><div><h1>${app.name}</h1>
      <p class="lead"><span class="account">${app.account}</span> ${partition(app)}</p></div>${labels(app)}</div>
    ${app.description && html`<p>${app.description}</p>`}<h2>Choose a role</h2>
    ${roles.length > 0 ? html`<ul class="roles">${roles.map((role) => roleCard(visit, app, role))}</ul>` : empty('No roles here', html`No role of yours names an AWS role of this account. <a href="/requests/new?app=${app.name}">Request access</a> to get one.`)}`;
  return { title: app.name, body, current: '/', formTargets: CONSOLES };
}

const STATUS = {
  usable: chip('good', 'Ready to use'),
  'needs-mfa': chip('lock', 'Needs a second factor'),
  'needs-request': chip('wait', 'On request'),
  denied: chip('bad', 'Denied'),
} as const;

function roleCard(visit: Visit, app: AppView, role: RoleView): Html {
  const about =
    role.status !== 'usable' &&
    visit.service.explain(visit.login, { app: app.name, awsRole: role.arn });
  return html`<li class="role"><div><h3>${role.display} ${STATUS[role.status]}</h3><p class="arn">${role.arn}</p>
      ${role.reason && html`<p class="soft">${role.reason}</p>`}
      ${about && html`<details><summary>How this was decided<span class="unseen"> for ${role.display}</span></summary><pre tabindex="0">${inWords(about.text)}</pre></details>`}</div>
    <div class="actions">${actions(visit, app, role)}</div></li>`;
}

/** Without the codes for programs that the first line opens with. */
const inWords = (text: string) => text.replace(/^(allow|deny) \([\w-]+\): /, '');

function actions({ csrf }: Visit, app: AppView, role: RoleView): Html | undefined {
  const forRole = html`<span class="unseen"> for ${role.display}</span>`;
  if (role.status === 'usable') {
    return html`<form method="post" action="/apps/${app.name}/launch" target="_blank">${csrf}<input type="hidden" name="role" value="${role.arn}">
        <button class="main">Launch<span class="unseen"> console as ${role.display}, in a new tab</span>${icon('launch')}</button></form>
      <a class="button quiet" href="/apps/${app.name}/terminal?role=${role.arn}">${icon('terminal')}Terminal${forRole}</a>`;
  }
  if (role.status !== 'needs-request') return undefined;
  return html`<a class="button quiet" href="/requests/new?app=${app.name}&amp;role=${role.arn}">${icon('requests')}Request access${forRole}</a>`;
}

/** On to the console. The address is a secret for minutes, so nothing may keep it. */
export async function launch({ service, login, form }: Visit, app: string): Promise<Redirect> {
  const awsRole = form.get('role') ?? undefined;
  const { loginUrl: redirect } = await service.launchConsole(login, { app, awsRole });
  return { redirect, status: 302 };
}
