import { findVendedCall } from '../vended/find-vended-call.js';
import { notOnlyReading } from './data/not-only-reading.js';

/** First words of operations that change nothing. */
const READING =
  /^(?:BatchDescribe|BatchGet|Describe|Get|Head|List|Lookup|Query|Scan|Search|Select|View)(?=[A-Z0-9]|$)/;

const NOT_ONLY_READING: ReadonlySet<string> = /* @__PURE__ */ new Set(notOnlyReading);

/**
 * Whether an operation only reads: by the first word of its name, less those whose answers hold something that lets its holder in
 * somewhere (credentials, passwords, keys, tokens, signed links to log in or to upload), those that take a task away from others,
 * and those that can write. Names that say nothing of the kind count as writing. Data stays readable: secrets that somebody has
 * put into environment variables, tags, objects or tables are not known here.
 *
 * @param service signing name
 * @param operation from `nameOperation`
 */
export function isReadOnlyOperation(service: string, operation: string): boolean {
  return (
    READING.test(operation) &&
    !NOT_ONLY_READING.has(`${service}:${operation}`) &&
    findVendedCall(service, operation) === undefined
  );
}
