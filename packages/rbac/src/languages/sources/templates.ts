// Templates with functions. Loaded on demand.
export { compileTemplateLanguage as templates } from '../../template/template-expression.js';
