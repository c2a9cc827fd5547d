import { expandAppArns } from '../access/app-arns.js';
import { denyingIndex, listing } from '../access/wild-arns.js';
import { compileMultiTemplate } from '../template/multi-template.js';
import { quotePattern } from '../template/quote-pattern.js';
import { compileArnPattern, isWrittenPattern } from './arn-pattern.js';

/** What the extensions need. */
export interface Extensions {
  readonly compileArnPattern: typeof compileArnPattern;
  readonly compileMultiTemplate: typeof compileMultiTemplate;
  readonly denyingIndex: typeof denyingIndex;
  readonly expandAppArns: typeof expandAppArns;
  readonly isWrittenPattern: typeof isWrittenPattern;
  readonly listing: typeof listing;
  readonly quotePattern: typeof quotePattern;
}

/** The extensions as one language. */
export const extensions: Extensions = {
  compileArnPattern,
  compileMultiTemplate,
  denyingIndex,
  expandAppArns,
  isWrittenPattern,
  listing,
  quotePattern,
};
