import type { App } from '@postern/config';
import { checkConsoleUri, parseIamRoleArn } from '@postern/config/aws';
import { listAwsRoleStatuses } from '@postern/rbac';
import type { Access, Identity } from '../access.js';
import type { AppView, LoginSession, RoleView } from '../service.js';
import type { Locks } from './locks.js';

/** What a login sees of apps and their AWS roles: also what it may not use, and why. */
export function createAppViews({
  access,
  locks,
  identityOf,
}: {
  readonly access: Access;
  readonly locks: Locks;
  readonly identityOf: (login: LoginSession) => Identity;
}) {
  const roleView = (login: LoginSession, app: App): readonly RoleView[] =>
    listAwsRoleStatuses(access.roleSet(identityOf(login)), app, {
      catalogue: access.catalogue,
    }).map(({ arn, name, display, status, decision, requestable }) => {
      const lock = locks.reason(identityOf(login), { roleArn: arn });
      const said = decision.decision === 'deny' ? decision.reasons[0]?.message : undefined;
      const shown = lock !== undefined || status === 'needs-device' ? 'denied' : status;
      const reason =
        lock ??
        (status === 'needs-request'
          ? `Ask for the role ${requestable.map((role) => `"${role}"`).join(' or ')} first.`
          : (said ?? 'None of your roles allows it.'));
      return {
        arn,
        name,
        display,
        status: shown,
        requestable,
        ...(shown === 'usable' ? {} : { reason }),
      };
    });
  const appView = (login: LoginSession, app: App): AppView => {
    const { name, description = '', labels = {} } = app.metadata;
    const uri = app.spec.uri ?? '';
    const checked = checkConsoleUri(uri);
    const roles = roleView(login, app);
    const [first] = roles;
    const partition = checked.isConsole ? checked.partition : 'aws';
    const account = labels.aws_account_id ?? (first ? parseIamRoleArn(first.arn).accountId : '');
    return { name, uri, description, account, partition, labels, roles };
  };

  return { roleView, appView };
}
