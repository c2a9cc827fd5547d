import type { AttributeMapping } from '../connectors/connector.js';
import { isFaultOfText } from '../errors.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import { compileNameTest } from '../matcher/name-test.js';
import type { RequestThreshold } from '../resource-types.js';
import type { RoleWarning } from '../role/compiled-role.js';
import { pointerTo } from '../role/pointer.js';
import type { Shape, ShapeReader } from '../role/read-shape.js';
import { compileTemplateText, type Template } from '../template/template.js';
import { compileWhere, type WhereCondition } from '../where/compile-where.js';

/** A name matcher, or `broken` when it does not compile. */
export type NameTest = ((name: string) => boolean) | 'broken';

/** Who may be asked for, or whose requests may be reviewed. */
export interface RoleNames {
  readonly names: readonly NameTest[];
  readonly claims: readonly AttributeMapping[];
}

/** `request` of one side of a role, parsed. */
export interface CompiledRequest extends RoleNames {
  readonly searchAsRoles: readonly string[];
  readonly thresholds: readonly RequestThreshold[];
  readonly suggestedReviewers: readonly string[];
  /** Whether asking takes a reason. */
  readonly needsReason: boolean;
  readonly annotations: readonly (readonly [name: string, values: readonly Template[]])[];
}

/** `review_requests` of one side of a role, parsed. */
export interface CompiledReview extends RoleNames {
  /** Absent when there is no condition, `broken` when it does not parse. */
  readonly where: WhereCondition | 'broken' | undefined;
}

/** What the parts are read with. */
export interface RequestInput {
  readonly side: 'allow' | 'deny';
  readonly read: ShapeReader;
  readonly kit: Toolkit;
  readonly warn: (warning: RoleWarning) => void;
}

/** Reads `request`. */
export function compileRequest(value: unknown, input: RequestInput): CompiledRequest {
  const { side, read, kit } = input;
  const pointer = `/spec/${side}/request`;
  const part = read.object(value, pointer);
  const thresholds = read.list(part.thresholds, `${pointer}/thresholds`);
  if (side === 'deny' && thresholds.length > 0) {
    throw read.fault('Thresholds belong under allow', `${pointer}/thresholds`);
  }
  const annotations = read.object(part.annotations, `${pointer}/annotations`);
  return {
    ...compileNames(part, pointer, input),
    searchAsRoles: read.texts(part.search_as_roles, `${pointer}/search_as_roles`),
    thresholds: thresholds.map((item, index) => {
      return readThreshold(item, pointerTo(`${pointer}/thresholds`, index), input);
    }),
    suggestedReviewers: read.texts(part.suggested_reviewers, `${pointer}/suggested_reviewers`),
    needsReason: read.object(part.reason, `${pointer}/reason`).mode === 'required',
    annotations: Object.entries(annotations).map(([name, values]) => {
      const place = pointerTo(`${pointer}/annotations`, name);
      const texts = read.texts(values, place);
      return [name, texts.map((text) => compileTemplateText(text, kit, place))] as const;
    }),
  };
}

/** Reads `review_requests`. */
export function compileReview(value: unknown, input: RequestInput): CompiledReview {
  const pointer = `/spec/${input.side}/review_requests`;
  const part = input.read.object(value, pointer);
  const where = input.read.text(part.where, `${pointer}/where`) ?? '';
  return {
    ...compileNames(part, pointer, input),
    where: where === '' ? undefined : compileReviewCondition(where, `${pointer}/where`, input),
  };
}

function compileNames(part: Shape, pointer: string, { read, kit, warn }: RequestInput): RoleNames {
  const names = read
    .textsWithPointers(part.roles, `${pointer}/roles`)
    .map(({ text, pointer: place }) => {
      try {
        return compileNameTest(text, { ...kit, place });
      } catch (error) {
        if (!isFaultOfText(error)) throw error;
        warn({ code: 'matcher-syntax', message: error.message, pointer: place, span: error.span });
        return 'broken' as const;
      }
    });
  const list = read.list(part.claims_to_roles, `${pointer}/claims_to_roles`);
  // They are compiled when they are used, and a decision must not throw.
  if (list.length > 0) need(kit, 'regexp', `${pointer}/claims_to_roles`);
  const claims = list.map((item, index): AttributeMapping => {
    const place = pointerTo(`${pointer}/claims_to_roles`, index);
    const mapping = read.object(item, place);
    return {
      claim: read.text(mapping.claim, `${place}/claim`) ?? '',
      value: read.text(mapping.value, `${place}/value`) ?? '',
      roles: read.texts(mapping.roles, `${place}/roles`),
    };
  });
  return { names, claims };
}

function readThreshold(value: unknown, pointer: string, input: RequestInput): RequestThreshold {
  const { read } = input;
  const part = read.object(value, pointer);
  const count = (field: 'approve' | 'deny') => {
    const number = part[field] ?? 1;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
    // The loader keeps scalars as text.
    if (typeof number === 'string' && /^\d{1,6}$/.test(number)) return Number(number);
    throw read.fault(`${field} is a whole number`, `${pointer}/${field}`);
  };
  const filter = read.text(part.filter, `${pointer}/filter`) ?? '';
  if (filter !== '') compileReviewCondition(filter, `${pointer}/filter`, input);
  return {
    name: read.text(part.name, `${pointer}/name`),
    filter: filter === '' ? undefined : filter,
    approve: count('approve'),
    deny: count('deny'),
  };
}

function compileReviewCondition(
  text: string,
  pointer: string,
  { kit, warn }: RequestInput,
): WhereCondition | 'broken' {
  try {
    return compileWhere(text, { limits: kit, scope: 'review' });
  } catch (error) {
    if (!isFaultOfText(error)) throw error;
    warn({ code: 'where-syntax', message: error.message, pointer, span: error.span });
    return 'broken';
  }
}
