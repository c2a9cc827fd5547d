import { parseTime } from './parse-time.js';
import { asMapping, asText, readFields } from './read-fields.js';
import type { IssueCollector, Path } from './token-issues.js';

// Line ends, bidirectional overrides and other invisible characters have no place in a name that is logged.
const UNFIT_FOR_NAMES = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Checks `metadata`. */
export function checkMetadata(value: unknown, at: Path, issues: IssueCollector): void {
  const metadata = asMapping(value, at, issues);
  if (!metadata) return;
  const text = (raw: unknown, path: Path) => asText(raw, path, issues);
  readFields(
    metadata,
    at,
    new Map([
      [
        'name',
        {
          check: (raw: unknown, path: Path) => checkName(text(raw, path), path, issues),
          required: true,
        },
      ],
      ['description', { check: text }],
      ['labels', { check: (raw: unknown, path: Path) => checkLabels(raw, path, issues) }],
      [
        'expires',
        {
          check: (raw: unknown, path: Path) => {
            const read = raw instanceof Date ? (raw.toJSON() ?? '') : text(raw, path);
            if (read !== undefined && !parseTime(read)) {
              issues.error(
                path,
                'unsupported-value',
                'The expiry must be a moment such as 2030-01-31T00:00:00Z.',
              );
            }
          },
        },
      ],
      [
        'namespace',
        {
          check: (raw: unknown, path: Path) => {
            const read = text(raw, path);
            if (read !== undefined && read !== 'default') {
              issues.error(path, 'unsupported-value', 'The only namespace is default.');
            }
          },
        },
      ],
      ['revision', { check: text }],
      ['id', { check: text }],
    ]),
    issues,
  );
}

function checkName(name: string | undefined, path: Path, issues: IssueCollector): void {
  if (name === undefined) return;
  const length = [...name].length;
  if (length < 1 || length > 256 || UNFIT_FOR_NAMES.test(name)) {
    issues.error(
      path,
      'invalid-name',
      'The name must be 1 to 256 characters without control or invisible characters.',
    );
  }
}

function checkLabels(value: unknown, path: Path, issues: IssueCollector): void {
  const labels = asMapping(value, path, issues);
  for (const [name, label] of Object.entries(labels ?? {})) asText(label, [...path, name], issues);
}
