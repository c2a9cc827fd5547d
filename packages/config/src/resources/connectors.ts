import { list, textList } from '../shape/lists.js';
import { type MapCheck, map } from '../shape/map.js';
import { bool, integer, kept } from '../shape/scalars.js';
import { required, withDefault } from '../shape/shape.js';
import { type TextFault, text } from '../shape/text.js';
import type {
  AttributeMapping,
  ClaimMapping,
  GithubConnector,
  GithubConnectorSpec,
  OidcConnector,
  OidcConnectorSpec,
  SamlConnector,
  SamlConnectorSpec,
  TeamMapping,
} from '../types/connector.js';
import { kindShape, metadataShape, versionShape } from './envelope.js';

const RESERVED_NAMES = ['local', 'passwordless', 'headless'];

const metadata = metadataShape((name) =>
  RESERVED_NAMES.includes(name)
    ? {
        code: 'invalid-value',
        message: `The names ${RESERVED_NAMES.join(', ')} are reserved for sign-in without a connector.`,
      }
    : undefined,
);

/** An address. Empty is as good as absent. */
const url = text({ check: checkUrl });

/** A github document. */
export const githubShape = map<GithubConnector>()({
  kind: kindShape('github'),
  version: versionShape(['v3'], 'v3'),
  sub_kind: text(),
  metadata: required(metadata),
  spec: required(
    map<GithubConnectorSpec>()(
      {
        client_id: required(text()),
        client_secret: required(text({ secret: true })),
        redirect_url: required(url),
        display: withDefault(text(), ''),
        endpoint_url: url,
        api_endpoint_url: url,
        teams_to_roles: required(
          list(
            map<TeamMapping>()({
              organization: text(),
              team: required(text()),
              roles: required(textList()),
            }),
          ),
        ),
        teams_to_logins: kept(),
        client_redirect_settings: kept(),
        user_matchers: textList(),
      },
      {
        check({ has, atKey }) {
          if (!has('teams_to_logins')) return;
          const message = 'teams_to_logins is deprecated: map teams to roles.';
          atKey('teams_to_logins', 'deprecated-field', message, 'teams_to_roles');
        },
      },
    ),
  ),
});

/** A saml document. */
export const samlShape = map<SamlConnector>()({
  kind: kindShape('saml'),
  version: versionShape(['v2'], 'v2'),
  sub_kind: text(),
  metadata: required(metadata),
  spec: required(
    map<SamlConnectorSpec>()(
      {
        acs: required(url),
        entity_descriptor: text(),
        entity_descriptor_url: url,
        issuer: text(),
        sso: text(),
        cert: text(),
        display: withDefault(text(), ''),
        audience: text(),
        service_provider_issuer: text(),
        attributes_to_roles: withDefault(
          list(
            map<AttributeMapping>()({
              name: required(text()),
              value: required(text()),
              roles: required(textList()),
            }),
          ),
          [],
        ),
        signing_key_pair: kept(),
        assertion_key_pair: kept(),
        provider: text(),
        allow_idp_initiated: withDefault(bool(), false),
        single_logout_url: text(),
        force_authn: kept(),
        client_redirect_settings: kept(),
        user_matchers: textList(),
        mfa: kept(),
      },
      {
        check: checkIdentityProvider,
        finish: (view, { acs }) => ({
          ...view,
          audience: view.audience || acs,
          service_provider_issuer: view.service_provider_issuer || acs,
        }),
      },
    ),
  ),
});

/** An oidc document. */
export const oidcShape = map<OidcConnector>()({
  kind: kindShape('oidc'),
  version: versionShape(['v2', 'v3'], 'v3'),
  sub_kind: text(),
  metadata: required(metadata),
  spec: required(
    map<OidcConnectorSpec>()({
      client_id: required(text()),
      client_secret: required(text({ secret: true, check: checkLiteralSecret })),
      issuer_url: required(text({ check: checkIssuer })),
      redirect_url: required(textList({ check: checkUrl })),
      scope: withDefault(textList(), []),
      prompt: text(),
      acr_values: text(),
      display: withDefault(text(), ''),
      provider: text(),
      max_age: integer(0, Number.MAX_SAFE_INTEGER),
      claims_to_roles: required(
        list(
          map<ClaimMapping>()(
            {
              claim: required(text()),
              value: required(text()),
              roles: required(textList()),
            },
            {
              aliases: {
                name: {
                  field: 'claim',
                  code: 'alias-field',
                  message: 'The field is called claim here; name is read as claim.',
                },
              },
            },
          ),
        ),
      ),
      username_claim: text(),
      allow_unverified_email: withDefault(bool(), false),
      client_redirect_settings: kept(),
      user_matchers: textList(),
      mfa: kept(),
      pkce_mode: text(),
    }),
  ),
});

/** What the identity provider is must be told in one of three ways. An empty one is blamed itself. */
function checkIdentityProvider({ value, has, missing }: MapCheck<SamlConnectorSpec>): void {
  if (value.entity_descriptor || value.entity_descriptor_url || (value.issuer && value.sso)) return;
  const given = (['entity_descriptor', 'entity_descriptor_url'] as const).find(has);
  const half = value.issuer ? 'sso' : value.sso ? 'issuer' : undefined;
  missing(
    given ?? half ?? 'entity_descriptor',
    'One of entity_descriptor, entity_descriptor_url, or issuer together with sso is needed.',
  );
}

function checkUrl(value: string): TextFault | undefined {
  if (value === '') return undefined;
  if (/^https?:\/\//i.test(value) && URL.canParse(value)) return undefined;
  return { code: 'invalid-value', message: 'A whole http or https address is expected.' };
}

function checkIssuer(value: string): TextFault | undefined {
  if (/^https:\/\//i.test(value) && URL.canParse(value)) return undefined;
  return { code: 'invalid-value', message: 'The issuer must be an https address.' };
}

function checkLiteralSecret(value: string): TextFault | undefined {
  if (!value.startsWith('file://')) return undefined;
  const message = 'The client secret must be written out: files are not read here.';
  return { code: 'invalid-value', message };
}
