import { createEnvironment, formatEnvironment } from '@postern/sigv4-proxy/environment';
import { attributes, type Html, html } from './html.js';
import type { Page, Visit } from './layout.js';
import { crumbs, empty, notice, until } from './parts.js';
import type { OpenedSession } from './service.js';

/** How to speak to each shell: its name, what needs an escape in quotation marks, a download to our file, a variable with it. */
const SHELLS = {
  bash: ['bash, zsh', /'/g, "'\\''", 'curl -fsS {} -o ~/[]', 'export {}=~/[]'],
  fish: ['fish', /['\\]/g, '\\$&', 'curl -fsS {} -o ~/[]', 'set -gx {} ~/[]'],
  powershell: [
    'PowerShell',
    /['‘’‚‛]/g,
    '$&$&',
    'iwr {} -OutFile "$HOME/[]"',
    '$Env:{} = "$HOME/[]"',
  ],
  cmd: [
    'cmd',
    /["%!^&|<>]/g,
    '',
    'curl -fsS {} -o "%USERPROFILE%/[]"',
    'set "{}=%USERPROFILE%/[]"',
  ],
} as const;

const withFile = (template: string, subject: string) =>
  template.replace('{}', () => subject).replace('[]', '.postern-ca.pem');

/** One click selects all of it. */
const command = (lines: string) =>
  html`<pre class="command" tabindex="0"><code>${lines}</code></pre>`;

/** How to use an app from the command line, and, after its form, the keys of a session of it. */
export function terminalPage(visit: Visit, name: string, opened?: OpenedSession): Page {
  const { service, login, url, form, csrf } = visit;
  const app = service.app(login, name);
  const usable = app.roles.filter(({ status }) => status === 'usable');
  const wanted = opened?.roleArn ?? form.get('role') ?? url.searchParams.get('role');
  const role = usable.find(({ arn }) => arn === wanted) ?? usable[0];
  const asked = form.get('shell') ?? url.searchParams.get('shell');
  const shell = asked === 'fish' || asked === 'powershell' || asked === 'cmd' ? asked : 'bash';
  const [, unsafe, escaped, download] = SHELLS[shell];
  const mark = shell === 'cmd' ? '"' : "'";
  const word = (text: string) =>
    /^[\w@+=:,./-]+$/.test(text) ? text : mark + text.replace(unsafe, escaped) + mark;
  const gateway = service.info.publicAddress;
  // Who has no password here shows in the browser who they are.
  const how = service.hasPassword(login) ? `--user ${word(login.user)}` : '--browser';
  const format = `--format ${shell === 'bash' ? 'env' : shell}`;
  const steps =
    role &&
    html`
    <p class="lead">As <strong>${role.display}</strong> in <strong>${name}</strong>. One click on a command selects all of it.</p>
    <nav aria-label="Shell"><ul class="tabs">${Object.entries(SHELLS).map(
      ([key, [label]]) => html`
      <li><a href="/apps/${name}/terminal?role=${role.arn}&amp;shell=${key}"${attributes({ 'aria-current': key === shell && 'true' })}>${label}</a></li>`,
    )}</ul></nav>
    <ol class="steps">
      <li><h2>Sign in</h2><p class="soft">Once; it lasts as long as your roles allow.</p>
        ${command(`postern login --gateway ${word(gateway)} ${how}`)}</li>
      <li><h2>Open the app with this role</h2>
        ${command(`postern apps login --aws-role ${word(role.arn)} ${word(name)}`)}</li>
      <li><h2>Use the AWS command line</h2>${command('postern aws sts get-caller-identity')}</li>
      <li><h2>Or any other tool</h2>
        <p class="soft">Terraform, SDKs, scripts: this starts a proxy, and prints the lines to run in the tool’s terminal.
          The second command is for tools that know no proxies.</p>
        ${command(`postern proxy aws --app ${word(name)} ${format}`)}
        ${command(`postern proxy aws --app ${word(name)} ${format} --endpoint-url`)}</li>
    </ol>
    <section class="panel" id="direct"><h2>Without the postern command</h2>
      <p class="soft">Keys that only this gateway knows, for as long as your sign-in lasts. AWS has never heard of them.</p>
      <h3>Trust the gateway’s certificate</h3>
      ${command(withFile(download, `${gateway}/assets/ca.pem`))}
      ${
        opened
          ? keys(visit, shell, opened)
          : html`
      <form method="post" action="/apps/${name}/terminal">${csrf}
        <input type="hidden" name="role" value="${role.arn}"><input type="hidden" name="shell" value="${shell}">
        <button class="main">Create keys</button></form>`
      }
    </section>`;
  const none = html`<a href="/apps/${name}">See the roles of ${name}</a>, and how to get one.`;
  const body = html`${crumbs(['/', 'Apps'], [`/apps/${encodeURIComponent(name)}`, name])}
    <h1>Use it from your terminal</h1>${steps ?? empty('No role to use here yet', none)}`;
  return { title: `Terminal · ${name}`, body, current: '/' };
}

function keys({ service, now }: Visit, shell: keyof typeof SHELLS, opened: OpenedSession): Html {
  const { proxyUrl } = service.info;
  const { region, expiresAt } = opened;
  const how = { mode: 'connect', proxyUrl, credentials: opened, region } as const;
  const [, , , , variable] = SHELLS[shell];
  const trust = ['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'].map(
    (name) => `${withFile(variable, name)}\n`,
  );
  return html`<h3>Set the environment</h3>
    ${notice('wait', 'These keys are shown once. Whoever has them works in your name: keep them to yourself.')}
    ${command(formatEnvironment(createEnvironment(how), shell) + trust.join(''))}
    <p class="soft">They end ${until(expiresAt, now)}. <a href="/sessions">End them sooner</a></p>`;
}

/** Opens a session of the app for a terminal. */
export function createKeys(visit: Visit, app: string): Page {
  const awsRole = visit.form.get('role') ?? undefined;
  return terminalPage(visit, app, visit.service.openSession(visit.login, { app, awsRole }));
}
