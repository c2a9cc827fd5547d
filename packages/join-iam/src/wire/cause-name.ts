const SHORT = /^[\w.-]{1,64}$/;

/**
 * Name and code of a foreign error, and nothing else of it: messages and members of errors hold connection
 * texts with passwords, or the headers of a signed request.
 */
export function causeName(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  const parts = [memberOf(cause, 'name'), memberOf(cause, 'code')].filter(
    (part, index, all) => part !== undefined && all.indexOf(part) === index,
  );
  return parts.join(' ') || 'unknown';
}

function memberOf(cause: Error, name: string): string | undefined {
  try {
    const value: unknown = Reflect.get(cause, name);
    return typeof value === 'string' && SHORT.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
