import type { RoleFix, RoleReport } from '@postern/federation/policy';

const PLACES: Readonly<Record<RoleFix['where'], string>> = {
  'trust-policy': 'in the trust policy',
  'caller-policy': 'in a policy of the integration role',
  'role-tags': 'in the tags of the role',
  app: 'in the app',
};

/** The report of the doctor for people: finding by finding what is wrong, and the fix. */
export function formatReport(roleArn: string, { findings }: RoleReport): string {
  const lines = findings.flatMap(({ severity, code, message, fix }) => [
    '',
    `${severity}: ${code}: ${message}`,
    ...(fix === undefined
      ? []
      : [`  fix, ${PLACES[fix.where]}:`, ...fix.text.split('\n').map((line) => `    ${line}`)]),
  ]);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return `${[roleArn, ...lines, '', `${count(errors, 'error')}, ${count(warnings, 'warning')}`].join('\n')}\n`;
}
