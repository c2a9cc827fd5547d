/** A login address without its token, which would sign in whoever reads the screen. */
export function redactLoginUrl(url: URL): string {
  const shown = new URL(url);
  shown.searchParams.set('SigninToken', 'REDACTED');
  return shown.href;
}
