import { isFaultOfText } from '../errors.js';
import { compileSelector } from '../labels/selector.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import { expandLabels, type LabelTemplate } from '../template/expand-labels.js';
import { compileTemplateText, type Template } from '../template/template.js';
import type {
  CompiledConditions,
  RoleExtensions,
  RoleWarning,
  TemplateEntry,
} from './compiled-role.js';
import { NO_REQUESTS, NOTHING } from './no-conditions.js';
import { pointerTo } from './pointer.js';
import type { Shape, ShapeReader } from './read-shape.js';

/** What {@link compileConditions} needs besides the part itself. */
export interface ConditionsInput {
  readonly side: 'allow' | 'deny';
  readonly part: Shape;
  /** The selector to use when `app_labels` is absent. */
  readonly defaultLabels: Shape | undefined;
  readonly read: ShapeReader;
  readonly kit: Toolkit;
  readonly extensions: RoleExtensions;
  readonly warn: (warning: RoleWarning) => void;
}

/** Parses the `allow` or `deny` part of a role. */
export function compileConditions(input: ConditionsInput): CompiledConditions {
  const { side, part, read, kit, extensions, warn } = input;
  const pointer = `/spec/${side}`;
  // The one namespace there is; a part for other namespaces never applies to an app.
  const namespaces = read.texts(part.namespaces, `${pointer}/namespaces`);
  const applies =
    namespaces.length === 0 || namespaces.includes('default') || namespaces.includes('*');
  const { labels, labelPointers } = compileLabels(input, `${pointer}/app_labels`);
  const arns = compileArns(input, `${pointer}/aws_role_arns`);
  const rules = compileAllRules(part, `${pointer}/rules`, input);
  for (const { problem, pointer: place } of rules) {
    if (problem === undefined) continue;
    const { message, span } = problem;
    warn({ code: 'where-syntax', message, pointer: `${place}/where`, span });
  }
  const requests = hasRequests(part, pointer, input) ? need(kit, 'requests', pointer) : undefined;
  const request = requests?.compileRequest(part.request, input) ?? NO_REQUESTS.request;
  const review = requests?.compileReview(part.review_requests, input) ?? NO_REQUESTS.review;
  const expressionPointer = `${pointer}/app_labels_expression`;
  const expressionText = read.text(part.app_labels_expression, expressionPointer) ?? '';
  let expression: CompiledConditions['expression'];
  if (expressionText !== '') {
    const compile = need(kit, 'expressions', expressionPointer);
    try {
      expression = compile(expressionText, { ...kit, place: expressionPointer });
    } catch (error) {
      if (!isFaultOfText(error)) throw error;
      const { message, span } = error;
      warn({ code: 'expression-syntax', message, pointer: expressionPointer, span });
    }
  }
  if (!applies) return { ...NOTHING, labelPointers, request, review };
  const isLiteral = labels.every(({ key, values }) => {
    return key.isLiteral && values.every((value) => value.isLiteral);
  });
  const at = { ...kit, place: `${pointer}/app_labels` };
  const anyOf = side === 'deny' && extensions.denyAnyLabel === true;
  const selector = isLiteral ? compileSelector(expandLabels(labels, {}), at, anyOf) : undefined;
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

function compileAllRules(part: Shape, pointer: string, { read, kit }: ConditionsInput) {
  const isEmpty = read.list(part.rules, pointer).length === 0;
  return isEmpty ? [] : need(kit, 'rules', pointer)(part.rules, pointer, read, kit);
}

function hasRequests(part: Shape, pointer: string, { read }: ConditionsInput): boolean {
  return ['request', 'review_requests'].some((field) => {
    return Object.keys(read.object(part[field], `${pointer}/${field}`)).length > 0;
  });
}

function compileLabels(input: ConditionsInput, pointer: string) {
  const { part, side, defaultLabels, read, warn } = input;
  const compile = templateCompiler(input, false);
  const shape = part.app_labels ?? defaultLabels;
  const labelPointers = new Map<Template, string>();
  const labels: LabelTemplate[] = [];
  const entries = Object.entries(read.object(shape, pointer)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [keyText, value] of entries) {
    const place = pointerTo(pointer, keyText);
    const key = compile(keyText, place);
    labelPointers.set(key, place);
    const texts = read.textsWithPointers(value, place);
    if (side === 'allow' && keyText === '*' && (texts.length !== 1 || texts[0]?.text !== '*')) {
      throw read.fault("The label '*' takes the value '*' and nothing else", place);
    }
    const values = texts.map(({ text, pointer: valuePlace }) => {
      const template = compile(text, valuePlace);
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
      const template = compile(text, place);
      warnAboutTemplate(template, place, warn);
      return { template, pointer: place };
    });
}

/** Variables of the app can stand in ARNs only: labels are what selects the app. */
function templateCompiler({ kit, extensions }: ConditionsInput, allowApp: boolean) {
  if (extensions.multipleVariables !== true) {
    return (text: string, pointer: string) => compileTemplateText(text, kit, pointer);
  }
  const { compileMultiTemplate } = need(kit, 'extensions');
  return (text: string, place: string) => compileMultiTemplate(text, { ...kit, place }, allowApp);
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
