import { expandAppArns } from '../access/app-arns.js';
import { denyingRole, listingRoles } from '../access/wild-arns.js';
import { compileMultiTemplate } from '../template/multi-template.js';
import { quotePattern } from '../template/quote-pattern.js';
import { compileArnPattern, isWrittenPattern } from './arn-pattern.js';

/** What the extensions need. */
export interface Extensions {
  readonly compileArnPattern: typeof compileArnPattern;
  readonly compileMultiTemplate: typeof compileMultiTemplate;
  readonly denyingRole: typeof denyingRole;
  readonly expandAppArns: typeof expandAppArns;
  readonly isWrittenPattern: typeof isWrittenPattern;
  readonly listingRoles: typeof listingRoles;
  readonly quotePattern: typeof quotePattern;
}

/** The extensions as one language. */
export const extensions: Extensions = {
  compileArnPattern,
  compileMultiTemplate,
  denyingRole,
  expandAppArns,
  isWrittenPattern,
  listingRoles,
  quotePattern,
};
