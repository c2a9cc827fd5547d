/** One step of a JSON pointer (RFC 6901). */
export function pointerTo(base: string, ...steps: readonly (string | number)[]): string {
  const escaped = steps.map((step) => {
    return String(step).replaceAll('~', '~0').replaceAll('/', '~1');
  });
  return [base, ...escaped].join('/');
}
