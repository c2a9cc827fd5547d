import { Refusal } from '@postern/sign-in';
import { checkSizes } from './limits.js';

/** Writes down what people do, as events of one shape. */
export function createTrail(write: (event: object) => void, clock: () => Date) {
  const record = (type: string, user: string, event: object = {}, outcome = 'allowed') =>
    write({ type, version: 1, time: clock().toISOString(), outcome, user, ...event });
  const failed = (type: string, user: string, event: object, error: unknown): never => {
    const reason = error instanceof Refusal ? error.code : 'internal';
    record(type, user, { ...event, reason }, reason === 'internal' ? 'failed' : 'denied');
    throw error;
  };
  return {
    record,
    /** Writes down what an act failed of. */
    failed,
    /** Writes down an act, or what it failed of. */
    audited<T>(type: string, { user }: { readonly user: string }, event: object, act: () => T): T {
      checkSizes(event);
      let result: T;
      try {
        result = act();
      } catch (error) {
        return failed(type, user, event, error);
      }
      record(type, user, event);
      return result;
    },
  };
}
