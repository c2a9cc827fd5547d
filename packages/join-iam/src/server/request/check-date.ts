import { JoinIamError } from '../../errors.js';
import { parseAmzDate } from '../../wire/amz-date.js';

/** Step 16. The scope must carry the day of signing, which around midnight is not the day of checking. */
export function checkDate(
  amzDate: string,
  q: { readonly scopeDate: string; readonly now: Date; readonly maxClockSkewSeconds: number },
): void {
  const date = parseAmzDate(amzDate);
  if (!date) {
    throw new JoinIamError('date-malformed', {
      message: 'The X-Amz-Date of the signed request is not a moment of the form yyyymmddThhmmssZ.',
    });
  }
  if (amzDate.slice(0, 8) !== q.scopeDate) {
    throw new JoinIamError('date-scope-mismatch', {
      message: 'The date in the Credential is not the date of X-Amz-Date.',
    });
  }
  const aheadMs = date.getTime() - q.now.getTime();
  if (Math.abs(aheadMs) > q.maxClockSkewSeconds * 1000) {
    throw new JoinIamError('clock-skew', { message: describeSkew(aheadMs, 'this server') });
  }
}

/** One sentence on how far the joiner's clock is off, and in which direction. */
export function describeSkew(aheadMs: number, than: string): string {
  const seconds = Math.ceil(Math.abs(aheadMs) / 1000);
  const direction = aheadMs > 0 ? 'ahead of' : 'behind';
  return `The request was signed ${seconds} seconds ${direction} the clock of ${than}; correct the clock of the joiner.`;
}
