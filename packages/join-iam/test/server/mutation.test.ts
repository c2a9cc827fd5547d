import { describe, expect, it } from 'vitest';
import {
  buildStsRequest,
  inspectJoinRequest,
  type JoinContext,
  JoinIamError,
} from '../../src/server/index.js';
import { CASE_PRINCIPALS, VALID_REQUESTS } from '../support/case-requests.js';
import { judge } from '../support/sts-stand-in.js';

/** The request as it would leave for STS, or the code with which it is refused here. */
function rebuilt(text: string, context: JoinContext): { sent: string } | { code: string } {
  try {
    const request = buildStsRequest(inspectJoinRequest(Buffer.from(text, 'latin1'), context));
    const head = request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return { sent: `${request.method} ${request.path} HTTP/1.1\r\n${head}\r\n${request.body}` };
  } catch (error) {
    if (error instanceof JoinIamError) return { code: error.code };
    throw error;
  }
}

/** Every change of one byte of the head, with the index of that byte. */
function* mutants(text: string): Generator<readonly [at: number, mutant: string]> {
  const end = text.indexOf('\r\n\r\n') + 4;
  for (let i = 0; i < end; i += 1) {
    const before = text.slice(0, i);
    const byte = text.charCodeAt(i);
    const after = text.slice(i + 1);
    for (const bit of [0x01, 0x20, 0x80]) {
      yield [i, before + String.fromCharCode(byte ^ bit) + after];
    }
    yield [i, before + after];
    yield [i, before + text[i] + text[i] + after];
    for (const inserted of [' ', 'a']) yield [i, before + inserted + text.slice(i)];
  }
}

/** Name of the header that a byte belongs to; of Authorization the component. */
function placeOf(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at + 1);
  const name = line.slice(0, Math.max(line.indexOf(':'), 0)).toLowerCase();
  if (name !== 'authorization') return name;
  return `authorization ${/(\w+)=[^=]*$/.exec(line)?.[1] ?? ''}`;
}

/** What only STS can refuse: free values under the signature, the key id, and the signature itself. */
const LEFT_TO_STS: ReadonlySet<string> = new Set([
  'authorization Credential',
  'authorization Signature',
  'x-amz-security-token',
  'x-amz-date',
]);

describe('every change of one byte of a head', () => {
  it.each(VALID_REQUESTS)('of $id is refused or has no effect', ({ request, context }) => {
    const original = rebuilt(request, context);
    const sts = { principals: CASE_PRINCIPALS, now: context.now };
    if (!('sent' in original)) throw new Error(`not valid: ${original.code}`);
    expect(judge(original.sent, sts)).toMatchObject({ status: 200 });
    let withoutEffect = 0;
    for (const [at, mutant] of mutants(request)) {
      if (mutant === request) continue;
      const result = rebuilt(mutant, context);
      if ('code' in result) continue;
      if (result.sent === original.sent) {
        withoutEffect += 1;
        continue;
      }
      const place = placeOf(request, at);
      if (!LEFT_TO_STS.has(place)) throw new Error(`${place}: only STS would refuse it`);
      if (judge(result.sent, sts).status === 200) {
        throw new Error(`a changed request is still valid: ${JSON.stringify(mutant)}`);
      }
    }
    expect(withoutEffect).toBeGreaterThan(0);
  });
});
