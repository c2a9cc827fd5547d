import { labelSet } from '../shape/labels.js';
import { list, listOf, textList } from '../shape/lists.js';
import { map } from '../shape/map.js';
import { bool, kept } from '../shape/scalars.js';
import { withDefault } from '../shape/shape.js';
import { oneOf, type TextFault, text } from '../shape/text.js';
import { nearestName } from '../text/nearest-name.js';
import type { HelmAnnotations, HelmJoinParams, HelmValues } from '../types/service.js';
import { serviceAppShape } from './app.js';
import { checkHostPort, selectorShape } from './service.js';
import { JOIN_METHODS } from './token.js';
import { checkUniqueApps } from './unique-apps.js';

const ROLES = ['kube', 'app', 'db', 'discovery', 'jamf', 'mdm', 'updater'];

/** Values of the agent chart. */
export const helmShape = map<HelmValues>()(
  {
    authToken: text({ secret: true }),
    joinParams: map<HelmJoinParams>()({
      method: withDefault(oneOf(JOIN_METHODS), 'token'),
      tokenName: text({ secret: true }),
    }),
    proxyAddr: text({ check: checkHostPort }),
    roles: textList({ commas: true, check: checkRole }),
    apps: withDefault(list(serviceAppShape), []),
    appResources: withDefault(list(selectorShape), []),
    kubeClusterName: text(),
    databases: list(kept()),
    awsDatabases: list(kept()),
    annotations: map<HelmAnnotations>()(
      { serviceAccount: labelSet() },
      { others: () => kept(), otherNames: true },
    ),
    labels: labelSet(),
    insecureSkipProxyTLSVerify: withDefault(bool(), false),
  },
  {
    others: () => kept(),
    otherNames: true,
    othersStrict: true,
    check(check) {
      checkUniqueApps(check, 'apps');
      const { value, atValue, has } = check;
      const roles = value.roles === undefined ? [] : listOf(value.roles, true);
      if (!roles.includes('app') || has('apps') || has('appResources')) return;
      const message = 'Role app without apps or appResources serves nothing.';
      atValue('roles', 'service-off', message);
    },
  },
);

function checkRole(role: string): TextFault | undefined {
  if (ROLES.includes(role.trim())) return undefined;
  const message = `The roles of the agent are ${ROLES.join(', ')}.`;
  return { code: 'invalid-value', message, hint: nearestName(role, ROLES) };
}
