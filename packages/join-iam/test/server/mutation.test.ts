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

function* mutants(text: string): Generator<string> {
  const end = text.indexOf('\r\n\r\n') + 4;
  for (let i = 0; i < end; i += 1) {
    const before = text.slice(0, i);
    const byte = text.charCodeAt(i);
    const after = text.slice(i + 1);
    for (const bit of [0x01, 0x20]) yield before + String.fromCharCode(byte ^ bit) + after;
    yield before + after;
    yield before + text[i] + text[i] + after;
    for (const inserted of [' ', 'a']) yield before + inserted + text.slice(i);
  }
}

describe('every change of one byte of a head', () => {
  it.each(VALID_REQUESTS)('of $id is refused or has no effect', ({ request, context }) => {
    const original = rebuilt(request, context);
    const sts = { principals: CASE_PRINCIPALS, now: context.now };
    expect('sent' in original && judge(original.sent, sts)).toMatchObject({ status: 200 });
    const effects = { refusedHere: 0, refusedBySts: 0, withoutEffect: 0 };
    for (const mutant of mutants(request)) {
      if (mutant === request) continue;
      const result = rebuilt(mutant, context);
      if ('code' in result) effects.refusedHere += 1;
      else if ('sent' in original && result.sent === original.sent) effects.withoutEffect += 1;
      else if (judge(result.sent, sts).status !== 200) effects.refusedBySts += 1;
      else throw new Error(`a changed request is still valid: ${JSON.stringify(mutant)}`);
    }
    // Digits of the signature and characters of the token are the only things left to STS.
    expect(effects.refusedHere).toBeGreaterThan(effects.refusedBySts);
    expect(effects.withoutEffect).toBeGreaterThan(0);
  });
});
