import { canonicalHeaderValue } from './canonical-headers.js';
import { isSignableHeader } from './signable-headers.js';
import type { SigningCache } from './signing-cache.js';

/** The headers that signing writes; their values differ from request to request. */
export type GeneratedHeader =
  | 'host'
  | 'x-amz-date'
  | 'x-amz-security-token'
  | 'x-amz-region-set'
  | 'x-amz-content-sha256';

/** Values of the generated headers of one request; undefined: not written. */
export type GeneratedHeaders = Readonly<Record<GeneratedHeader, string | undefined>>;

/** What is written and what is signed. */
export interface RequestPlanChoice {
  /** Signs the record as it is: the generated values stand in the query. */
  readonly presigned?: boolean | undefined;
  readonly token?: boolean | undefined;
  readonly regionSet?: boolean | undefined;
  readonly sha256?: boolean | undefined;
  readonly signableHeaders?: ReadonlySet<string> | undefined;
  readonly unsignableHeaders?: ReadonlySet<string> | undefined;
}

/** How a header record with these keys is signed, whatever its values. */
export interface RequestPlan {
  readonly keys: readonly string[];
  readonly choice: RequestPlanChoice;
  /** Whether the record goes out with what signing adds, as it is: nothing is replaced and no name is odd. */
  readonly intact: boolean;
  /** Key of Host, when there is one. */
  readonly host: string | undefined;
  /** Key of x-amz-content-sha256, when there is one. */
  readonly stated: string | undefined;
  /** Names of the signed headers, joined. */
  readonly signedText: string;
  /** The same as a line of the canonical request, with what ends the lines before and itself. */
  readonly signedLine: string;
  /** One entry a line of the canonical request. */
  readonly lines: readonly RequestLine[];
}

/** A line: its name with a colon, and where the value comes from. */
export interface RequestLine {
  readonly prefix: string;
  readonly key: string;
  readonly generated: GeneratedHeader | undefined;
  /** The value that was seen last, and the line that it made. */
  last: string;
  text: string;
}

/** Lower-case names of headers that signing replaces. */
export const REPLACED: ReadonlySet<string> = new Set([
  'authorization',
  'date',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-region-set',
]);

/**
 * Plans the signature of a header record.
 *
 * @param keys names as the record has them; of two that differ in case only, the last counts
 * @param choice what is written and what is signed
 */
export function planRequest(keys: readonly string[], choice: RequestPlanChoice): RequestPlan {
  let intact = true;
  const sources = new Map<string, string>();
  for (const key of keys) {
    const name = key.toLowerCase();
    if (key === '__proto__') intact = false;
    if (REPLACED.has(name)) intact = false;
    else sources.set(name, key);
  }
  const host = sources.get('host');
  const stated = sources.get('x-amz-content-sha256');
  const generated = new Map<string, GeneratedHeader>();
  const generate = (name: GeneratedHeader) => {
    if (!choice.presigned) generated.set(name, name);
  };
  generate('x-amz-date');
  if (host === undefined) generate('host');
  if (choice.token) generate('x-amz-security-token');
  if (choice.regionSet) generate('x-amz-region-set');
  if (stated !== undefined || choice.sha256) generate('x-amz-content-sha256');

  const names = [...new Set([...sources.keys(), ...generated.keys()])].filter(
    (name) =>
      choice.signableHeaders?.has(name) ||
      (isSignableHeader(name) && !choice.unsignableHeaders?.has(name)),
  );
  names.sort();
  const signedText = names.join(';');
  const lines = names.map((name) => ({
    prefix: `${name}:`,
    key: sources.get(name) ?? name,
    generated: generated.get(name),
    last: '',
    text: `${name}:\n`,
  }));
  return { keys, choice, intact, host, stated, signedText, signedLine: `\n${signedText}\n`, lines };
}

/**
 * The header lines of the canonical request.
 *
 * @param plan made for the keys of this record
 * @param headers the record
 * @param generated what signing writes
 */
export function canonicalRecord(
  plan: RequestPlan,
  headers: Readonly<Record<string, string>>,
  generated: GeneratedHeaders | undefined,
): string {
  let text = '';
  for (const line of plan.lines) {
    const value =
      (line.generated === undefined ? headers[line.key] : generated?.[line.generated]) ?? '';
    if (value !== line.last) {
      const fresh = `${line.prefix}${canonicalHeaderValue(value)}\n`;
      if (value.length > MAX_REMEMBERED) {
        text += fresh;
        continue;
      }
      line.last = value;
      line.text = fresh;
    }
    text += line.text;
  }
  return text;
}

const MAX_REMEMBERED = 2048;
const PLANS = 32;

/** The plans of header records seen before, the newest first. */
export class RequestPlans {
  readonly #plans: RequestPlan[] = [];
  #last: RequestPlan | undefined;

  /** How many are kept. */
  get size(): number {
    return this.#plans.length;
  }

  /** The plan for these keys; choices of single headers are not remembered. */
  plan(keys: readonly string[], choice: RequestPlanChoice): RequestPlan {
    if (choice.signableHeaders !== undefined || choice.unsignableHeaders !== undefined) {
      return planRequest(keys, choice);
    }
    if (this.#last !== undefined && isFor(this.#last, keys, choice)) return this.#last;
    this.#last = this.#plans.find((plan) => isFor(plan, keys, choice));
    if (this.#last === undefined) {
      this.#last = planRequest(keys, choice);
      if (this.#plans.unshift(this.#last) > PLANS) this.#plans.pop();
    }
    return this.#last;
  }
}

function isFor(plan: RequestPlan, keys: readonly string[], choice: RequestPlanChoice): boolean {
  const known = plan.choice;
  if (
    plan.keys.length !== keys.length ||
    known.token !== choice.token ||
    known.sha256 !== choice.sha256 ||
    known.regionSet !== choice.regionSet
  ) {
    return false;
  }
  for (let i = 0; i < keys.length; i += 1) if (plan.keys[i] !== keys[i]) return false;
  return true;
}

/** The request plans of a cache, made when they are first asked for. */
export function requestPlansOf(cache: SigningCache): RequestPlans {
  cache.memory.requests ??= new RequestPlans();
  return cache.memory.requests;
}
