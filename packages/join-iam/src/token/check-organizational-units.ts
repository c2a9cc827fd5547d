import { asList, asMapping, asText, readFields } from './read-fields.js';
import type { IssueCollector, Path } from './token-issues.js';

const UNIT = /^(?:ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$/;

/** Checks `aws_organizational_units`: unit ids are only meaningful within an organization. */
export function checkOrganizationalUnits(
  value: unknown,
  path: Path,
  hasOrganization: boolean,
  issues: IssueCollector,
): void {
  const units = asMapping(value, path, issues);
  if (!units) return;
  if (!hasOrganization) {
    issues.error(
      path,
      'requires-organization',
      'Organizational units need aws_organization_id in the same rule.',
    );
    return;
  }
  const list = (allowStar: boolean, mayBeEmpty: boolean) => (raw: unknown, at: Path) => {
    if (mayBeEmpty && Array.isArray(raw) && raw.length === 0) return;
    const items = asList(raw, at, issues);
    items?.forEach((item, index) => {
      const here = [...at, index];
      const unit = asText(item, here, issues);
      if (unit === undefined) return;
      if (unit === '*' && allowStar && items.length === 1) return;
      if (unit.includes('*')) {
        issues.error(
          here,
          'wildcard-not-allowed',
          'A star stands alone in include and nowhere in exclude.',
        );
      } else if (!UNIT.test(unit)) {
        issues.error(here, 'invalid-organization', 'A unit is ou-<root>-<id>, or the root r-<id>.');
      }
    });
  };
  readFields(
    units,
    path,
    new Map([
      ['include', { check: list(true, false), required: true }],
      ['exclude', { check: list(false, true) }],
    ]),
    issues,
  );
}
