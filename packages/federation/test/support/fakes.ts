import type { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import type { StsOutput, StsSender } from '../../src/index.js';

/** The present of all tests. */
export const NOW = new Date('2026-03-01T12:00:00.000Z');

export const ROLE = 'arn:aws:iam::111122223333:role/ExampleReadOnlyAccess';
export const SESSION = 'arn:aws:sts::111122223333:assumed-role/ExampleReadOnlyAccess/alice';

export const CREDENTIALS = Object.freeze({
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE//+/==',
});

/** A clock that moves only when told. */
export function fakeClock(start: Date = NOW) {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance(seconds: number) {
      now += seconds * 1000;
    },
  };
}

/** Lets everything that is already settled run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

type Command = AssumeRoleCommand | AssumeRoleWithWebIdentityCommand;

/** What a command was told, by parameter name. */
export function inputOf(command: Command): Readonly<Record<string, unknown>> {
  return { ...command.input };
}

/** A sender that counts and answers with numbered keys that live as long as asked, one hour by default. */
export function fakeSts(
  clock: () => Date = () => NOW,
  answer?: (
    input: Readonly<Record<string, unknown>>,
    call: number,
  ) => Promise<StsOutput> | StsOutput,
) {
  const calls: Readonly<Record<string, unknown>>[] = [];
  const sts: StsSender = {
    async send(command) {
      const input = inputOf(command);
      calls.push(input);
      if (answer) return answer(input, calls.length);
      const seconds = typeof input.DurationSeconds === 'number' ? input.DurationSeconds : 3600;
      return outputOf(calls.length, new Date(clock().getTime() + seconds * 1000));
    },
  };
  return { sts, calls };
}

export function outputOf(call: number, expiration: Date): StsOutput {
  return {
    Credentials: {
      AccessKeyId: `ASIAKEY${String(call).padStart(13, '0')}`,
      SecretAccessKey: `secret-${call}-${'s'.repeat(30)}`,
      SessionToken: `token-${call}-${'t'.repeat(60)}`,
      Expiration: expiration,
    },
    AssumedRoleUser: { Arn: SESSION, AssumedRoleId: 'AROAEXAMPLE:alice' },
  };
}

/** An error as the SDK throws it. */
export function awsError(name: string, status: number | undefined, message = 'refused'): Error {
  const error = new Error(message);
  error.name = name;
  return Object.assign(error, {
    $metadata: { ...(status === undefined ? {} : { httpStatusCode: status }), requestId: 'req-1' },
  });
}
