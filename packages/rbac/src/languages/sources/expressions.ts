// Label expressions. Loaded on demand.
export { compileExpressionText as expressions } from '../../labels/label-expression.js';
