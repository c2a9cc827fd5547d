import type { Call } from '../call.js';
import { AwsFault } from '../errors/aws-fault.js';
import type { Answer } from '../http/answer.js';
import type { Caller } from '../iam/caller.js';
import type { Session } from '../iam/sessions.js';
import type { Parameters } from './parameters.js';
import {
  readDuration,
  readExternalId,
  readRoleArn,
  readSessionName,
  readSessionPolicies,
  readSourceIdentity,
  readTags,
  readTransitiveKeys,
} from './session-parameters.js';
import { stsAnswer } from './sts-answer.js';
import { authorizeByTrust } from './trust.js';

/** AssumeRole by a verified caller. */
export function assumeRole(call: Call, caller: Caller, parameters: Parameters): Answer {
  const { state, now } = call;
  const roleArn = readRoleArn(parameters);
  const sessionName = readSessionName(parameters);
  const externalId = readExternalId(parameters);
  const sourceIdentity = readSourceIdentity(parameters.get('SourceIdentity'));
  const ownTags = readTags(parameters);
  const ownTransitive = readTransitiveKeys(parameters, ownTags);
  const sessionPolicies = readSessionPolicies(parameters);
  const inherited = caller.session;
  const tags = mergeTags(inherited, ownTags);
  const effectiveSource = mergeSourceIdentity(inherited, sourceIdentity, caller, roleArn);

  const role = state.directory.roles.get(roleArn);
  const context = new Map<string, readonly string[]>([['sts:rolesessionname', [sessionName]]]);
  if (externalId !== undefined) context.set('sts:externalid', [externalId]);
  if (effectiveSource !== undefined) context.set('sts:sourceidentity', [effectiveSource]);
  if (tags.size > 0) {
    context.set('aws:tagkeys', [...tags.keys()]);
    for (const [key, value] of tags) context.set(`aws:requesttag/${key.toLowerCase()}`, [value]);
  }
  if (ownTransitive.size > 0) context.set('sts:transitivetagkeys', [...ownTransitive]);
  const actions = ['sts:AssumeRole'];
  if (tags.size > 0) actions.push('sts:TagSession');
  if (effectiveSource !== undefined) actions.push('sts:SetSourceIdentity');
  for (const action of actions) authorizeByTrust(caller, role, roleArn, action, context);
  if (!role)
    throw new AwsFault('InternalFailure', 500, 'The trust check let an unknown role pass.');

  // An instance profile is exempt from the limit of role chaining.
  const chained = inherited !== undefined && inherited.source !== 'instance-profile';
  const seconds = readDuration(parameters, role, chained);
  const session = state.sessions.issue({
    role,
    sessionName,
    expiration: new Date(Math.floor(now.getTime() / 1000) * 1000 + seconds * 1000),
    source: chained ? 'role-chaining' : 'assume-role',
    sourceIdentity: effectiveSource,
    tags,
    transitiveTagKeys: new Set([...(inherited?.transitiveTagKeys ?? []), ...ownTransitive]),
    sessionPolicies,
  });
  return stsAnswer(call, 'AssumeRole', {
    session,
    members: {
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: session.arn },
      PackedPolicySize: packedSize(parameters, ownTags),
      SourceIdentity: effectiveSource,
    },
  });
}

function mergeTags(
  inherited: Session | undefined,
  own: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const merged = new Map(own);
  for (const key of inherited?.transitiveTagKeys ?? []) {
    if ([...own.keys()].some((name) => name.toLowerCase() === key.toLowerCase())) {
      throw new AwsFault(
        'InvalidParameterValue',
        400,
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
    merged.set(key, inherited?.tags.get(key) ?? '');
  }
  return merged;
}

function mergeSourceIdentity(
  inherited: Session | undefined,
  own: string | undefined,
  caller: Caller,
  roleArn: string,
): string | undefined {
  const sticky = inherited?.sourceIdentity;
  if (sticky === undefined || own === undefined || own === sticky) return own ?? sticky;
  throw new AwsFault(
    'AccessDenied',
    403,
    `User: ${caller.arn} is not authorized to perform: sts:SetSourceIdentity on resource: ${roleArn}`,
  );
}

function packedSize(parameters: Parameters, tags: ReadonlyMap<string, string>): number | undefined {
  const policy = parameters.get('Policy')?.length ?? 0;
  const tagged = [...tags].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return policy + tagged === 0 ? undefined : Math.ceil(((policy + tagged) / 4096) * 100);
}
