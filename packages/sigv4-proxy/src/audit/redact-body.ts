const MAX_BODY_BYTES = 64 * 1024;
const HIDDEN = '[redacted]';

/**
 * The JSON request body for an audit event, members of the given names hidden at any depth. Anything that is not JSON or is
 * longer than 64 KiB is left out.
 *
 * @param body the whole body; attacker-controlled
 * @param contentType its media type
 * @param redact member names, exact
 * @returns undefined when there is nothing to record
 */
export function redactBody(
  body: Uint8Array,
  contentType: string | undefined,
  redact: readonly string[] = [],
): unknown {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isJson = type === 'application/json' || type.startsWith('application/x-amz-json-');
  if (!isJson || body.length === 0 || body.length > MAX_BODY_BYTES) return undefined;
  const hidden = new Set(redact);
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'), (name, value: unknown) =>
      hidden.has(name) ? HIDDEN : value,
    );
  } catch {
    return undefined;
  }
}
