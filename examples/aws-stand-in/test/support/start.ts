import { afterAll } from 'vitest';
import { type AwsStandIn, type AwsStandInOptions, createAwsStandIn } from '../../src/index.js';
import { ACCOUNTS } from './seed.js';

/** A listening stand-in that ends with the test file. */
export async function start(options: Partial<AwsStandInOptions> = {}): Promise<AwsStandIn> {
  const standIn = await createAwsStandIn({ accounts: ACCOUNTS, ...options });
  await standIn.listen();
  afterAll(() => standIn.close());
  return standIn;
}
