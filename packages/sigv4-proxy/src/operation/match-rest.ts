import type { RestRoutes } from './rest-routes.js';

/** The parts of a request that tell REST operations apart. */
export interface RestRequest {
  /** As sent. */
  readonly method: string;
  /** Path segments after the first slash, still percent-encoded. A closing slash leaves an empty one. */
  readonly segments: readonly string[];
  /** Decoded names and values of the query. */
  readonly query: ReadonlyMap<string, string>;
  /** Header names in lower case. */
  readonly headerNames: ReadonlySet<string>;
}

/** An operation whose template fits. */
export interface RestMatch {
  /** Its name. */
  readonly operation: string;
  /** What its host has in front, such as `api.` or `data-`; empty for most. */
  readonly hostPrefix: string;
  /** How closely it fits: literal query keys and segments count. */
  readonly weight: number;
  /** The query keys that chose it. */
  readonly keys: readonly string[];
}

/** A segment weighs less than a query key: keys choose between operations on the same path. */
const QUERY_WEIGHT = 100;

/**
 * Finds the operation of a service that a REST request asks for: method, path template, literal and required query keys. The
 * closest template wins, so `/a/b` comes before `/a/{}`.
 *
 * @param routes from `loadRestRoutes`
 * @param serviceId name of a service model
 * @param request attacker-controlled
 * @returns undefined when no template fits
 */
export function matchRestOperation(
  routes: RestRoutes,
  serviceId: string,
  request: RestRequest,
): RestMatch | undefined {
  const path = `/${request.segments.join('/')}`;
  let best: RestMatch | undefined;
  for (const line of routes.of(serviceId, request.method)) {
    if (!canFit(line, path)) continue;
    const space = line.indexOf(' ');
    if (!hasFirstKey(line, request.query)) continue;
    const template = line.slice(0, space);
    const weight = weigh(template, request);
    if (weight === undefined || weight <= (best?.weight ?? -1)) continue;
    const [operation = '', hostPrefix = ''] = line.slice(space + 1).split('@');
    best = { operation, hostPrefix, weight, keys: keysOf(template) };
  }
  return best;
}

/** A quick look that passes over most lines: the text up to the first label must stand at the start of the path. */
function canFit(line: string, path: string): boolean {
  for (let index = 0; ; index += 1) {
    const character = line.charCodeAt(index);
    if (character === OPEN_BRACE) return true;
    if (character === SPACE || character === QUESTION_MARK) return index === path.length;
    if (character !== path.charCodeAt(index)) return false;
  }
}

/** The same for the query: most templates with keys want one that is not there. */
function hasFirstKey(line: string, query: ReadonlyMap<string, string>): boolean {
  const mark = line.indexOf('?');
  if (mark < 0) return true;
  if (query.size === 0) return false;
  let end = mark + 1;
  while (!'=&! '.includes(line.charAt(end))) end += 1;
  return query.has(line.slice(mark + 1, end));
}

const SPACE = 0x20;
const QUESTION_MARK = 0x3f;
const OPEN_BRACE = 0x7b;

function keysOf(template: string): readonly string[] {
  const keys = template.split('!', 1)[0]?.split('?')[1] ?? '';
  return keys.split('&').map((key) => key.split('=', 1)[0] ?? '');
}

function weigh(template: string, request: RestRequest): number | undefined {
  const [route = '', header] = template.split('!');
  if (header !== undefined && !request.headerNames.has(header)) return undefined;
  const [path = '', keys = ''] = route.split('?');
  let weight = header === undefined ? 0 : QUERY_WEIGHT;
  for (const key of keys === '' ? [] : keys.split('&')) {
    const [name = '', value] = key.split('=');
    const found = request.query.get(name);
    if (found === undefined || (value !== undefined && value !== found)) return undefined;
    weight += QUERY_WEIGHT;
  }
  const onPath = weighPath(path.slice(1).split('/'), request.segments);
  return onPath === undefined ? undefined : weight + onPath;
}

/** Literal segments count two, greedy labels nothing; an ordinary label must not be empty. */
function weighPath(template: readonly string[], segments: readonly string[]): number | undefined {
  let weight = 0;
  for (const [index, part] of template.entries()) {
    if (part === '{+}') {
      const rest = template.length - index - 1;
      const span = segments.length - index - rest;
      if (span < 1 || segments.slice(index, index + span).join('') === '') return undefined;
      const tail = template.slice(index + 1);
      const literals = tail.filter((piece) => piece !== '{}').length;
      return endsWith(tail, segments.slice(index + span)) ? weight + 2 * literals : undefined;
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const open = part.indexOf('{}');
    if (open < 0) {
      if (part !== segment) return undefined;
      weight += 2;
      continue;
    }
    if (segment === '' || !fitsAround(part, open, segment)) return undefined;
    weight += 1;
  }
  return template.length === segments.length ? weight : undefined;
}

function endsWith(template: readonly string[], segments: readonly string[]): boolean {
  return template.every((part, index) => part === '{}' || part === segments[index]);
}

/** Some templates have text around a label, such as `{}.json`. */
function fitsAround(part: string, open: number, segment: string): boolean {
  const before = part.slice(0, open);
  const after = part.slice(open + 2);
  return (
    segment.length > before.length + after.length &&
    segment.startsWith(before) &&
    (after.includes('{}') || segment.endsWith(after))
  );
}
