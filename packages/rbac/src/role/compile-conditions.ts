import { RbacError } from '../errors.js';
import { compileLabelExpression } from '../labels/label-expression.js';
import { compileSelector } from '../labels/selector.js';
import { DEFAULT_LIMITS, type Limits } from '../limits.js';
import { compileRequest, compileReview } from '../requests/compile-request-rules.js';
import { compileTemplate, type Template } from '../template/compile-template.js';
import { expandLabels, type LabelTemplate } from '../template/expand-label-templates.js';
import { compileMultiTemplate } from '../template/multi-template.js';
import { compileRules } from './compile-rules.js';
import type {
  CompiledConditions,
  RoleExtensions,
  RoleWarning,
  TemplateEntry,
} from './compiled-role.js';
import { pointerTo, type Shape, type ShapeReader } from './read-shape.js';

/** What {@link compileConditions} needs besides the part itself. */
export interface ConditionsInput {
  readonly side: 'allow' | 'deny';
  readonly part: Shape;
  /** The selector to use when `app_labels` is absent. */
  readonly defaultLabels: Shape | undefined;
  readonly read: ShapeReader;
  readonly limits: Limits;
  readonly extensions: RoleExtensions;
  readonly warn: (warning: RoleWarning) => void;
}

/** Parses the `allow` or `deny` part of a role. */
export function compileConditions(input: ConditionsInput): CompiledConditions {
  const { side, part, read, limits, extensions, warn } = input;
  const pointer = `/spec/${side}`;
  // The one namespace there is; a part for other namespaces never applies to an app.
  const namespaces = read.texts(part.namespaces, `${pointer}/namespaces`);
  const applies =
    namespaces.length === 0 || namespaces.includes('default') || namespaces.includes('*');
  const { labels, labelPointers } = compileLabels(input, `${pointer}/app_labels`);
  const arns = compileArns(input, `${pointer}/aws_role_arns`);
  const rules = compileRules(part.rules, `${pointer}/rules`, read, limits);
  for (const { problem, pointer: place } of rules) {
    if (problem === undefined) continue;
    const { message, span } = problem;
    warn({ code: 'where-syntax', message, pointer: `${place}/where`, span });
  }
  const request = compileRequest(part.request, input);
  const review = compileReview(part.review_requests, input);
  const expressionPointer = `${pointer}/app_labels_expression`;
  const expressionText = read.text(part.app_labels_expression, expressionPointer) ?? '';
  let expression: CompiledConditions['expression'];
  if (expressionText !== '') {
    try {
      expression = compileLabelExpression(expressionText, { limits });
    } catch (error) {
      if (!(error instanceof RbacError)) throw error;
      const { message, span } = error;
      warn({ code: 'expression-syntax', message, pointer: expressionPointer, span });
    }
  }
  if (!applies) return { ...NOTHING, labelPointers, request, review };
  const isLiteral = labels.every(({ key, values }) => {
    return key.isLiteral && values.every((value) => value.isLiteral);
  });
  const anyOf = side === 'deny' && extensions.denyAnyLabel === true;
  const selector = isLiteral ? compileSelector(expandLabels(labels, {}), limits, anyOf) : undefined;
  return {
    applies,
    labels,
    labelPointers,
    selector,
    expressionText,
    expression,
    arns,
    rules,
    request,
    review,
  };
}

const NOTHING = {
  applies: false,
  labels: [],
  selector: compileSelector(new Map(), DEFAULT_LIMITS),
  expressionText: '',
  expression: undefined,
  arns: [],
  rules: [],
};

function compileLabels(input: ConditionsInput, pointer: string) {
  const { part, side, defaultLabels, read, warn } = input;
  const compile = templateCompiler(input, false);
  const shape = part.app_labels ?? defaultLabels;
  const labelPointers = new Map<Template, string>();
  const labels: LabelTemplate[] = [];
  const entries = Object.entries(read.object(shape, pointer)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [keyText, value] of entries) {
    const place = pointerTo(pointer, keyText);
    const key = compile(keyText);
    labelPointers.set(key, place);
    const texts = read.textsWithPointers(value, place);
    if (side === 'allow' && keyText === '*' && (texts.length !== 1 || texts[0]?.text !== '*')) {
      throw read.fault("The label '*' takes the value '*' and nothing else", place);
    }
    const values = texts.map(({ text, pointer: valuePlace }) => {
      const template = compile(text);
      labelPointers.set(template, valuePlace);
      warnAboutTemplate(template, valuePlace, warn);
      return template;
    });
    labels.push({ key, values });
  }
  return { labels, labelPointers };
}

function compileArns(input: ConditionsInput, pointer: string): readonly TemplateEntry[] {
  const { part, side, read, warn } = input;
  const compile = templateCompiler(input, true);
  return read
    .textsWithPointers(part.aws_role_arns, pointer)
    .map(({ text, pointer: place }): TemplateEntry => {
      if (side === 'allow' && text === '*') {
        throw read.fault("aws_role_arns lists AWS role ARNs; '*' is not allowed", place);
      }
      const template = compile(text);
      warnAboutTemplate(template, place, warn);
      return { template, pointer: place };
    });
}

/** Variables of the app can stand in ARNs only: labels are what selects the app. */
function templateCompiler({ limits, extensions }: ConditionsInput, allowApp: boolean) {
  return extensions.multipleVariables === true
    ? (text: string) => compileMultiTemplate(text, limits, allowApp)
    : (text: string) => compileTemplate(text, { limits });
}

function warnAboutTemplate(
  template: Template,
  pointer: string,
  warn: (warning: RoleWarning) => void,
): void {
  if (template.problem === undefined) return;
  const { message, span } = template.problem;
  warn({ code: 'template-syntax', message, pointer, span });
}
