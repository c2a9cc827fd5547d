import type { Toolkit } from '../languages/toolkit.js';
import type { Traits } from '../resource-types.js';
import {
  type AppVariables,
  brokenTemplate,
  compileTemplateText,
  type Template,
  type TemplateExpansion,
} from './template.js';

/** How many values one text may grow to; several variables multiply. */
const MAX_COMBINATIONS = 1000;

/**
 * Compiles a value with any number of `{{…}}`; all combinations of their values count. In texts that may look at the
 * app, `{{app.name}}` is its name and `{{app.aws_account_id}}` its static label of that name.
 *
 * @param allowApp - whether app variables may stand here
 */
export function compileMultiTemplate(text: string, kit: Toolkit, allowApp: boolean): Template {
  const pieces = text.split(/(\{\{[^{}]*\}\})/);
  const templates = pieces.filter((piece) => piece !== '');
  const appVariables = pieces.map((piece) => appVariable(piece, kit));
  const needsApp = allowApp && appVariables.some((name) => name !== undefined);
  if (templates.length <= 1 && !needsApp) {
    const template = compileTemplateText(text, kit);
    return readsApp(template) ? misplacedApp(text) : template;
  }
  const parts = templates.map((piece) => {
    const name = allowApp ? appVariable(piece, kit) : undefined;
    return { name, template: compileTemplateText(piece, kit) };
  });
  const broken = parts.find(({ template }) => template.problem !== undefined)?.template;
  if (broken !== undefined) return { ...broken, text };
  if (parts.some(({ name, template }) => name === undefined && readsApp(template))) {
    return misplacedApp(text);
  }
  const expand = (traits: Traits, app?: AppVariables): TemplateExpansion => {
    let values: readonly string[] = [''];
    for (const { name, template } of parts) {
      const expansion = name === undefined ? template.expand(traits) : readApp(name, app);
      if ('error' in expansion) return expansion;
      if (values.length * expansion.values.length > MAX_COMBINATIONS) {
        return { error: 'eval', message: `It has more than ${MAX_COMBINATIONS} combinations.` };
      }
      values = values.flatMap((start) => expansion.values.map((end) => start + end));
    }
    return { values };
  };
  return {
    text,
    isLiteral: parts.every(({ name, template }) => name === undefined && template.isLiteral),
    needsApp,
    variables: parts.flatMap(({ name, template }) => {
      return name === undefined ? template.variables : [];
    }),
    patterns: parts.flatMap(({ template }) => template.patterns),
    expand,
  };
}

function readsApp({ variables }: Template): boolean {
  return variables.some(({ namespace }) => namespace === 'app');
}

/** Anywhere else the name would be read as a trait of the user, and whoever sets traits would speak for the app. */
function misplacedApp(text: string): Template {
  return brokenTemplate(
    text,
    'A variable of the app stands alone between its braces, and only in aws_role_arns',
  );
}

function appVariable(piece: string, kit: Toolkit): string | undefined {
  if (!piece.startsWith('{{')) return undefined;
  const [variable] = compileTemplateText(piece, kit).variables;
  // Functions around an app variable would need its value as a trait; only the bare variable is supported.
  const isBare = /^\{\{\s*app\s*[.[]/.test(piece);
  return isBare && variable?.namespace === 'app' ? variable.name : undefined;
}

function readApp(name: string, app: AppVariables | undefined): TemplateExpansion {
  const value = app?.get(name) ?? '';
  return value === ''
    ? {
        error: 'missing-trait',
        message: `The app has no ${name === 'name' ? 'name' : `label ${JSON.stringify(name)}`}.`,
      }
    : { values: [value] };
}
