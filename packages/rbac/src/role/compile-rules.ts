import { isFaultOfText, type RbacError } from '../errors.js';
import type { Limits } from '../limits.js';
import { compileWhere, type WhereCondition } from '../where/compile-where.js';
import { pointerTo } from './pointer.js';
import type { ShapeReader } from './read-shape.js';

/** One entry of `rules`, parsed. */
export interface CompiledRule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** The condition as written; empty when there is none. */
  readonly whereText: string;
  /** Absent when there is no condition. One that does not parse fails when it is asked. */
  readonly where: WhereCondition | undefined;
  /** Why the condition does not parse; absent when it does. */
  readonly problem: RbacError | undefined;
  readonly pointer: string;
}

/** Reads `rules` and puts the most specific rules first, which is the order they are tried in. */
export function compileRules(
  value: unknown,
  pointer: string,
  read: ShapeReader,
  limits: Limits,
): readonly CompiledRule[] {
  const rules = read.list(value, pointer).map((item, index) => {
    const place = pointerTo(pointer, index);
    const rule = read.object(item, place);
    const resources = read.texts(rule.resources, `${place}/resources`);
    const verbs = read.texts(rule.verbs, `${place}/verbs`);
    if (resources.length === 0) throw read.fault('A rule names at least one resource', place);
    if (verbs.length === 0) throw read.fault('A rule names at least one verb', place);
    const whereText = read.text(rule.where, `${place}/where`) ?? '';
    const actions = read.texts(rule.actions, `${place}/actions`);
    const condition = tryCompileWhere(whereText, limits);
    const compiled = { resources, verbs, whereText, pointer: place, ...condition };
    return { rule: compiled, score: specificity(compiled, actions.length > 0) };
  });
  // Array.prototype.sort is stable: rules of one score keep the order written.
  return rules.sort((a, b) => b.score - a.score).map(({ rule }) => rule);
}

function tryCompileWhere(
  text: string,
  limits: Limits,
): { readonly where: WhereCondition | undefined; readonly problem: RbacError | undefined } {
  if (text === '') return { where: undefined, problem: undefined };
  try {
    return { where: compileWhere(text, { limits }), problem: undefined };
  } catch (error) {
    if (!isFaultOfText(error)) throw error;
    const { message } = error;
    // Asking it fails, as asking one that reads an unknown field does.
    return { where: { text, evaluate: () => ({ error: 'eval', message }) }, problem: error };
  }
}

function specificity(
  rule: Pick<CompiledRule, 'resources' | 'verbs' | 'whereText'>,
  hasActions: boolean,
): number {
  let score = 0;
  if (rule.resources.includes('*')) score -= 4;
  else if (rule.resources.length === 1) score += 2;
  if (rule.verbs.includes('*')) score -= 2;
  if (rule.whereText !== '') score += 8;
  if (hasActions) score += 8;
  return score;
}
