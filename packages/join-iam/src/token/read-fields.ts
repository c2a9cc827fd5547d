import type { IssueCollector, Path } from './token-issues.js';

/** A mapping of the document: own enumerable members only. */
export type Mapping = Readonly<Record<string, unknown>>;

/** How one known field is checked. Called with whatever stands there, never with undefined or null. */
export type FieldCheck = (value: unknown, path: Path) => void;

/** The known fields of a mapping, in the order of the documentation. */
export type FieldChecks = ReadonlyMap<
  string,
  {
    readonly check: FieldCheck;
    readonly required?: boolean | undefined;
    /** Check also what is null, for fields that must not stand there at all. */
    readonly evenNull?: boolean | undefined;
  }
>;

/** @returns the mapping, or undefined after reporting `required` or `not-a-mapping` */
export function asMapping(value: unknown, path: Path, issues: IssueCollector): Mapping | undefined {
  if (isMapping(value)) return value;
  issues.error(path, 'not-a-mapping', `${nameOf(path)} must be a mapping of fields.`);
  return undefined;
}

/** @returns the text, or undefined after reporting */
export function asText(value: unknown, path: Path, issues: IssueCollector): string | undefined {
  if (typeof value === 'string') return value;
  const quotes = typeof value === 'number' ? ' Put it in quotes.' : '';
  issues.error(path, 'not-a-string', `${nameOf(path)} must be a text.${quotes}`);
  return undefined;
}

/** @returns the non-empty list, or undefined after reporting `not-a-list` or `empty` */
export function asList(
  value: unknown,
  path: Path,
  issues: IssueCollector,
): readonly unknown[] | undefined {
  if (!Array.isArray(value)) {
    issues.error(path, 'not-a-list', `${nameOf(path)} must be a list.`);
    return undefined;
  }
  if (value.length > 0) return value;
  issues.error(path, 'empty', `${nameOf(path)} must have at least one entry.`);
  return undefined;
}

/**
 * Reads the fields of a mapping in the order of the document. A missing required field is reported where it
 * would stand: before the first field that comes after it in the documentation, else at the end.
 */
export function readFields(
  mapping: Mapping,
  path: Path,
  fields: FieldChecks,
  issues: IssueCollector,
): void {
  const order = [...fields.keys()];
  const missing = order.filter((name) => fields.get(name)?.required && !isPresent(mapping, name));
  const reportMissingBefore = (position: number) => {
    while (missing[0] !== undefined && order.indexOf(missing[0]) < position) {
      reportRequired([...path, missing[0]], issues);
      missing.shift();
    }
  };
  for (const name of Object.keys(mapping)) {
    const field = fields.get(name);
    const at = [...path, name];
    if (field === undefined) {
      issues.error(
        at,
        'unknown-field',
        `${nameOf(at)} is not a field of a token; check its spelling.`,
      );
      continue;
    }
    reportMissingBefore(order.indexOf(name));
    const value = mapping[name];
    if ((value !== undefined && value !== null) || field.evenNull) {
      field.check(value, at);
    } else if (missing[0] === name) {
      reportRequired(at, issues);
      missing.shift();
    }
  }
  reportMissingBefore(order.length);
}

/** Reports that something that must be there is absent or null. */
export function reportRequired(path: Path, issues: IssueCollector): void {
  issues.error(path, 'required', `${nameOf(path)} is required.`);
}

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPresent(mapping: Mapping, name: string): boolean {
  return Object.hasOwn(mapping, name) && mapping[name] !== undefined && mapping[name] !== null;
}

function nameOf(path: Path): string {
  const last = path.findLast((part) => typeof part === 'string');
  return last === undefined ? 'The document' : `"${String(last).slice(0, 64)}"`;
}
