import type { AwsRoleChoice } from './to-aws-role-choices.js';

/** The chosen role, or why none was chosen. */
export type AwsRoleSelection =
  | { readonly choice: AwsRoleChoice }
  | {
      readonly error: 'required' | 'not-found' | 'ambiguous';
      /** One sentence for the person who asked. */
      readonly message: string;
      /** What the request could have meant; all choices when there was no request. */
      readonly candidates: readonly AwsRoleChoice[];
    };

/**
 * Picks one AWS role: without a request the only one there is, otherwise by full ARN, by name with path or by name alone,
 * upper and lower case apart.
 *
 * @param choices - what may be chosen, from `listAwsRoleArns`
 * @param requested - what the person asked for; empty counts as nothing
 */
export function selectAwsRole(choices: readonly AwsRoleChoice[], requested = ''): AwsRoleSelection {
  const [first] = choices;
  if (requested === '') {
    if (first !== undefined && choices.length === 1) return { choice: first };
    const message =
      first === undefined
        ? 'No AWS role can be used with this app.'
        : `Choose an AWS role: ${choices.map(({ display }) => display).join(', ')}.`;
    return { error: 'required', message, candidates: choices };
  }
  const byArn = requested.startsWith('arn:');
  const found = choices.filter(({ arn, name, display }) => {
    return byArn ? arn === requested : display === requested || name === requested;
  });
  const [choice] = found;
  if (choice !== undefined && found.length === 1) return { choice };
  const asked = JSON.stringify(requested);
  return choice === undefined
    ? { error: 'not-found', message: `There is no AWS role ${asked} to choose.`, candidates: [] }
    : {
        error: 'ambiguous',
        message: `Several AWS roles are called ${asked}; give the full ARN.`,
        candidates: found,
      };
}
