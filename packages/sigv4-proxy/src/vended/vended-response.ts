import { SigV4ProxyError } from '../errors.js';
import type { HeaderList } from '../request.js';
import {
  type CredentialField,
  parseExpiration,
  type VendedCredentials,
} from './credential-fields.js';
import { findJsonCredentials } from './json-credentials.js';
import { findXmlCredentials } from './xml-credentials.js';

/** The largest answer that is looked into; those of AWS have a few kilobytes. */
export const MAX_VENDED_BODY = 64 * 1024;

/** CodePipeline hands out credentials with each job, and mostly there is none. */
const NO_JOBS = /^\s*\{\s*"jobs"\s*:\s*\[\s*\]\s*\}\s*$/;

/** An answer of AWS to a call that hands out credentials. */
export interface VendedResponseQuery {
  readonly status: number;
  readonly headers: HeaderList;
  /** The whole body, not compressed: take Accept-Encoding out of such requests. */
  readonly body: Uint8Array;
}

/** What the answer hands out, and the answer with something else in its place. */
export interface VendedResponse {
  readonly credentials: VendedCredentials;
  /** Who the credentials are, when the answer says so; for audit. */
  readonly assumedRoleArn: string | undefined;
  /**
   * The same answer with other keys. Expiration and all else stay.
   *
   * @returns body and headers, Content-Length adapted and checksums of the old body left out
   */
  readonly replace: (credentials: Omit<VendedCredentials, 'expiration'>) => {
    readonly body: Uint8Array;
    readonly headers: HeaderList;
  };
}

/**
 * Reads an answer that hands out credentials.
 *
 * @returns undefined when there is nothing to hand out: the call failed (every status but 200), or CodePipeline has no job
 * @throws {@link SigV4ProxyError} `upstream` when a successful answer cannot be read: it must not reach the client as it is
 */
export function readVendedResponse(query: VendedResponseQuery): VendedResponse | undefined {
  if (query.status !== 200) return undefined;
  const encoding = header(query.headers, 'content-encoding') ?? 'identity';
  if (query.body.length > MAX_VENDED_BODY || encoding.trim().toLowerCase() !== 'identity') {
    throw unreadable();
  }
  const text = decodeUtf8(query.body);
  if (NO_JOBS.test(text)) return undefined;
  const found = /^\s*</.test(text) ? readXml(text) : readJson(text);
  if (found === undefined) throw unreadable();
  const { values, replaceText, assumedRoleArn } = found;
  const accessKeyId = values.get('accessKeyId');
  const secretAccessKey = values.get('secretAccessKey');
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') throw unreadable();
  const sessionToken = values.get('sessionToken');
  // A virtual session needs a place for its token.
  if (typeof sessionToken !== 'string') throw unreadable();
  return {
    credentials: {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      expiration: parseExpiration(values.get('expiration')),
    },
    assumedRoleArn,
    replace: (credentials) => {
      const replaced = replaceText(
        new Map<CredentialField, string>([
          ['accessKeyId', credentials.accessKeyId],
          ['secretAccessKey', credentials.secretAccessKey],
          ['sessionToken', credentials.sessionToken],
        ]),
      );
      const body = new TextEncoder().encode(replaced);
      return { body, headers: adaptHeaders(query.headers, body.length) };
    },
  };
}

interface Found {
  readonly values: ReadonlyMap<CredentialField, unknown>;
  readonly replaceText: (values: ReadonlyMap<CredentialField, string>) => string;
  readonly assumedRoleArn: string | undefined;
}

function readXml(text: string): Found | undefined {
  const found = findXmlCredentials(text);
  if (found === undefined) return undefined;
  const { spans, assumedRoleArn } = found;
  return {
    values: new Map([...spans].map(([field, span]) => [field, span.text])),
    assumedRoleArn,
    replaceText: (values) => {
      let result = text;
      const last = [...spans].sort(([, a], [, b]) => b.start - a.start);
      for (const [field, span] of last) {
        const value = values.get(field);
        // Virtual keys are letters, digits, `+` and `/`: nothing to escape.
        if (value !== undefined)
          result = result.slice(0, span.start) + value + result.slice(span.end);
      }
      return result;
    },
  };
}

function readJson(text: string): Found | undefined {
  const found = findJsonCredentials(text);
  if (found === undefined) return undefined;
  return {
    values: new Map([...found.names].map(([field, name]) => [field, found.holder[name]])),
    assumedRoleArn: found.assumedRoleArn,
    replaceText: found.replace,
  };
}

function adaptHeaders(headers: HeaderList, length: number): HeaderList {
  const kept = headers.filter(
    ([name]) =>
      !/^(?:content-length|transfer-encoding|content-md5|digest|etag|x-amz-crc32|x-amz-checksum-.*)$/i.test(
        name,
      ),
  );
  return [...kept, ['Content-Length', String(length)]];
}

function header(headers: HeaderList, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): SigV4ProxyError {
  return new SigV4ProxyError(
    'upstream',
    'AWS handed out credentials in an answer that the proxy cannot read, so it was not passed on.',
    { cause },
  );
}
