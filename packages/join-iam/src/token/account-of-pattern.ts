const ACCOUNT = /^[0-9]{12}$/;

/** The account that an ARN pattern spells out, or undefined when that section is missing or has wildcards. */
export function accountOfPattern(pattern: string): string | undefined {
  const account = pattern.split(':', 5)[4] ?? '';
  return ACCOUNT.test(account) ? account : undefined;
}
