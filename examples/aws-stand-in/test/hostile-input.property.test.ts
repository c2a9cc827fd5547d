import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readInput } from '../src/cloudwatch/input.js';
import { unfoldQuery } from '../src/cloudwatch/unfold-query.js';
import { AwsFault } from '../src/errors/aws-fault.js';
import { classifyHost } from '../src/hosts/classify-host.js';
import { xmlElements, xmlText } from '../src/http/read-xml.js';
import { wildcardMatch } from '../src/iam/wildcard.js';
import { createByteReader } from '../src/sigv4/byte-reader.js';
import { readClaim } from '../src/sigv4/claim.js';
import { decodeAwsChunked } from '../src/sigv4/decode-aws-chunked.js';

const onlyFaults = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(AwsFault);
  }
};

async function* stream(pieces: readonly Uint8Array[]) {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe('hostile input', () => {
  it('in a signature claim ends in a fault of AWS’s kind', () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'AWS4-HMAC-SHA256 ',
        'Credential=',
        'a/b/c/d/aws4_request',
        ',',
        'Signature=',
      ),
    );
    fc.assert(
      fc.property(fc.array(part), fc.string(), fc.string(), (parts, query, date) => {
        const headers = new Map([
          ['authorization', [parts.join('')]],
          ['x-amz-date', [date]],
        ]);
        const body = () => stream([]);
        const wire = { method: 'GET', path: '/', query, host: 'x', headers, body };
        onlyFaults(() => readClaim(wire, 'query'));
      }),
    );
  });

  it('in an XML body ends in a fault, and entities come back as what was meant', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('<Key>', '</Key>', '<', '&amp;', '&#x0;'));
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        onlyFaults(() => xmlElements(parts.join(''), 'Key'));
        onlyFaults(() => xmlText(parts.join(''), 'Key'));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
        expect(xmlText(`<Key>${escaped}</Key>`, 'Key')).toBe(text);
      }),
    );
  });

  it('in parameters of the query protocol ends in a fault, and reaches no prototype', () => {
    const step = fc.oneof(
      fc.constantFrom('A', 'member', '1', '__proto__', 'constructor', 'toString', ''),
      fc.string({ maxLength: 4 }),
    );
    const name = fc.array(step, { maxLength: 14 }).map((steps) => steps.join('.'));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
        onlyFaults(() => {
          const input = readInput(unfoldQuery(pairs), 'query');
          for (const member of ['A', 'toString', '__proto__']) {
            onlyFaults(() => input.text(member));
            onlyFaults(() => input.number(member));
            onlyFaults(() => input.time(member));
            onlyFaults(() => input.maps(member));
          }
        });
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });

  it('in an aws-chunked body ends in a fault, and never in another body', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .constantFrom('5\r\nhello\r\n', '0\r\n\r\n', '0\r\n', '\r\n', '5;')
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const rules = {
          hasTrailers: false,
          declaredTrailers: [],
          decodedLength: 5,
          onTrailers: () => undefined,
        };
        const out: Buffer[] = [];
        try {
          for await (const part of decodeAwsChunked(stream(pieces), rules)) out.push(part);
          expect(Buffer.concat(out)).toHaveLength(5);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsFault);
        }
      }),
    );
  });

  it('in a host name is none of AWS’s unless it ends like one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(classifyHost(`s3.amazonaws.com.${text}`)).toBeUndefined();
        expect(classifyHost(text)).toBeUndefined();
      }),
    );
  });
});

describe('createByteReader', () => {
  it('gives the same lines however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-z]{0,9}$/)),
        fc.nat(7),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
          const pieces: Buffer[] = [];
          for (let at = 0; at < bytes.length; at += size + 1) {
            pieces.push(bytes.subarray(at, at + size + 1));
          }
          const reader = createByteReader(stream(pieces));
          const seen: (string | undefined)[] = [];
          for (const _ of lines) seen.push(await reader.line(100));
          expect(seen).toEqual(lines);
          expect(await reader.line(100)).toBeUndefined();
        },
      ),
    );
  });
});

describe('wildcardMatch', () => {
  it('agrees with a pattern made for the same meaning', () => {
    const text = fc.stringMatching(/^[ab:/]{0,12}$/);
    const pattern = fc.stringMatching(/^[ab*?:/]{0,8}$/);
    fc.assert(
      fc.property(pattern, text, (wild, value) => {
        expect(wildcardMatch(wild, value)).toBe(slowMatch(wild, value));
      }),
    );
  });
});

/** The definition itself, by trying every length for a star. */
function slowMatch(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  const [first] = pattern;
  const rest = pattern.slice(1);
  if (first === '*') {
    for (let at = 0; at <= value.length; at += 1) if (slowMatch(rest, value.slice(at))) return true;
    return false;
  }
  return value !== '' && (first === '?' || first === value[0]) && slowMatch(rest, value.slice(1));
}
