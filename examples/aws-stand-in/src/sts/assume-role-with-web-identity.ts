import type { Call } from '../call.js';
import { authFault } from '../errors/auth-fault.js';
import { AwsFault } from '../errors/aws-fault.js';
import type { Answer } from '../http/answer.js';
import { evaluatePolicies } from '../iam/evaluate-policy.js';
import { many } from '../iam/policy-document.js';
import type { Parameters } from './parameters.js';
import {
  readDuration,
  readRoleArn,
  readSessionName,
  readSessionPolicies,
} from './session-parameters.js';
import { stsAnswer } from './sts-answer.js';
import { issuerOf, type TokenClaims, verifyWebIdentityToken } from './web-identity-token.js';

/** AssumeRoleWithWebIdentity: nobody signs; the token alone proves who asks. */
export async function assumeRoleWithWebIdentity(
  call: Call,
  parameters: Parameters,
): Promise<Answer> {
  const { state, now } = call;
  const roleArn = readRoleArn(parameters);
  const sessionName = readSessionName(parameters);
  const sessionPolicies = readSessionPolicies(parameters);
  const token = parameters.get('WebIdentityToken') ?? '';
  if (token.length < 4 || token.length > 20_000) {
    // The token itself must not be repeated, so this message is shorter than AWS's.
    const message =
      "Value at 'webIdentityToken' failed to satisfy constraint: Member must have length 4 to 20000";
    throw new AwsFault('ValidationError', 400, `1 validation error detected: ${message}`);
  }
  const refuse = () =>
    authFault('denied', 'query', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  const role = state.directory.roles.get(roleArn);
  if (!role || role.partition !== call.target.partition) throw refuse();
  const issuer = issuerOf(token);
  const host = issuer.replace(/^https:\/\//, '');
  const providerArn = `arn:${role.partition}:iam::${role.accountId}:oidc-provider/${host}`;
  const provider = state.directory.oidcProviders.get(providerArn);
  if (!provider) {
    const message = `No OpenIDConnect provider found in your account for ${issuer}`;
    throw new AwsFault('InvalidIdentityToken', 400, message);
  }
  const claims = await verifyWebIdentityToken(token, provider, now, state.options.fetch);

  const context = new Map<string, readonly string[]>([
    [`${host.toLowerCase()}:aud`, [claims.audience]],
    [`${host.toLowerCase()}:sub`, [claims.subject]],
    ['sts:rolesessionname', [sessionName]],
  ]);
  if (claims.sourceIdentity !== undefined) {
    context.set('sts:sourceidentity', [claims.sourceIdentity]);
  }
  for (const [key, value] of claims.tags) {
    context.set(`aws:requesttag/${key.toLowerCase()}`, [value]);
  }
  for (const action of neededActions(claims)) {
    const decision = evaluatePolicies([role.trust], {
      action,
      context,
      matchesPrincipal: (principal) =>
        principal !== '*' && many(principal.Federated).includes(provider.arn),
    });
    if (decision !== 'allow') throw refuse();
  }

  const seconds = readDuration(parameters, role, false);
  const session = state.sessions.issue({
    role,
    sessionName,
    expiration: new Date(Math.floor(now.getTime() / 1000) * 1000 + seconds * 1000),
    source: 'web-identity',
    sourceIdentity: claims.sourceIdentity,
    tags: claims.tags,
    transitiveTagKeys: claims.transitiveTagKeys,
    sessionPolicies,
  });
  call.draft.principal = session.arn;
  return stsAnswer(call, 'AssumeRoleWithWebIdentity', {
    session,
    members: {
      Audience: claims.audience,
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: session.arn },
      Provider: provider.arn,
      SubjectFromWebIdentityToken: claims.subject,
      SourceIdentity: claims.sourceIdentity,
    },
  });
}

function neededActions(claims: TokenClaims): readonly string[] {
  const actions = ['sts:AssumeRoleWithWebIdentity'];
  if (claims.tags.size > 0) actions.push('sts:TagSession');
  if (claims.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  return actions;
}
