import { fullToolkit } from '../languages/all-languages.js';
import type { Limits } from '../limits.js';
import type { Traits } from '../resource-types.js';
import { listOf } from '../text-list.js';
import { claimsToTraits } from './claims-to-traits.js';
import type {
  AuthConnector,
  Claims,
  ConnectorWarning,
  RoleMappings,
  TeamMapping,
} from './connector.js';
import { mapAttributes } from './map-attributes.js';

/** What a login brings. */
export interface ConnectorMapping {
  /** Role names in the order of the mappings, each once. Without any, the login should fail. */
  readonly roles: readonly string[];
  /** Traits of the user for this session. */
  readonly traits: Traits;
  readonly warnings: readonly ConnectorWarning[];
}

/** Options of {@link mapConnectorClaims}. */
export interface ConnectorOptions {
  /** `team: '*'` stands for any team of its organization; the product has no such thing. Default false. */
  readonly anyTeam?: boolean | undefined;
  /** Limits for hostile texts. */
  readonly limits?: Partial<Limits> | undefined;
}

/**
 * Maps what an identity provider says about a person to roles and traits.
 *
 * GitHub teams are compared exactly. SAML attributes and OIDC claims are matched by pattern, and a role text may take up
 * groups of the pattern; the value must also match with upper and lower case apart, otherwise there is a warning. Never
 * throws: a broken pattern is a warning as well.
 *
 * @param connector - the connector document
 * @param claims - verified claims; nothing here checks where they come from
 *
 * @example
 * ```ts
 * const { roles } = mapConnectorClaims(
 *   { kind: 'oidc', spec: { claims_to_roles: [{ claim: 'groups', value: 'aws-*', roles: ['$1'] }] } },
 *   { groups: ['aws-readers'] },
 * ); // ['readers']
 * ```
 */
export function mapConnectorClaims(
  connector: AuthConnector,
  claims: Claims,
  options: ConnectorOptions = {},
): ConnectorMapping {
  const traits = claimsToTraits(claims);
  const spec: RoleMappings = connector.spec;
  const { teams_to_roles = [], attributes_to_roles = [], claims_to_roles = [] } = spec;
  if (connector.kind === 'github') {
    const anyTeam = options.anyTeam === true;
    const roles = teams_to_roles
      .filter((mapping) => isInTeam(mapping, traits, anyTeam))
      .flatMap((mapping) => listOf(mapping.roles));
    return { roles: [...new Set(roles)], traits: teamTraits(traits), warnings: [] };
  }
  const [mappings, field] =
    connector.kind === 'saml'
      ? [attributes_to_roles, 'attributes_to_roles']
      : [claims_to_roles, 'claims_to_roles'];
  const { roles, warnings } = mapAttributes(
    mappings,
    traits,
    `/spec/${field}`,
    fullToolkit(options.limits),
  );
  return { roles: roles.map(({ text }) => text), traits, warnings };
}

function isInTeam(
  { organization = '', team }: TeamMapping,
  traits: Traits,
  anyTeam: boolean,
): boolean {
  const teams = Object.hasOwn(traits, organization) ? (traits[organization] ?? []) : [];
  return teams.includes(team) || (anyTeam && team === '*' && teams.length > 0);
}

/** Organizations and teams as traits; under their own names they could hide traits such as `logins`. */
function teamTraits(organizations: Traits): Traits {
  return {
    github_orgs: Object.keys(organizations),
    github_teams: [...new Set(Object.values(organizations).flat())],
  };
}
