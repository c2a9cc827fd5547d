/** One line of JSON an event, which is what log collectors like best. */
export type WriteLine = (line: string) => void;

/** An event of any package; all are plain data without secrets. */
export type AuditRecord = object;

/**
 * Writes audit events as JSON lines.
 *
 * To feed OpenTelemetry instead, turn each event into a log record here: `body` is its type, every other field an attribute.
 */
export function createAuditLog(write: WriteLine): (event: AuditRecord) => void {
  return (event) => write(JSON.stringify(event));
}
