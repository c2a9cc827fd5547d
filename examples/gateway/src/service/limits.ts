import { GatewayError } from '../gateway-error.js';

/** The shortest session of AWS: what ends sooner is of no use. */
export const MIN_SECONDS = 900;

const LONGEST = new Map(
  Object.entries({ awsRole: 2_048, destination: 2_048, reason: 1_000, message: 1_000 }),
);

/**
 * Bounds what people write, before anything is kept, written down or said of it: texts, lists and objects of texts.
 *
 * @throws GatewayError `malformed-request` naming the field
 */
export function checkSizes(values: object, of = ''): void {
  for (const [key, value] of Object.entries(values)) {
    const name = of || key;
    const most = LONGEST.get(name) ?? 256;
    const isLong = typeof value === 'string' && value.length > most;
    if (isLong || (Array.isArray(value) && value.length > 20)) {
      const what = isLong ? `${most.toLocaleString('en')} characters` : '20 entries';
      throw new GatewayError('malformed-request', `The field "${name}" may have at most ${what}.`);
    }
    if (typeof value === 'object' && value !== null) {
      checkSizes(value, Array.isArray(value) ? name : '');
    }
  }
}
