import { AwsFault, type Protocol } from '../errors/aws-fault.js';
import { isTreeMap } from './tree.js';

/** Reads members of one input map; attacker-controlled until each was read with its type. */
export interface Input {
  text(name: string): string | undefined;
  requiredText(name: string): string;
  /** Numbers stand as text in the query protocol. */
  number(name: string): number | undefined;
  numbers(name: string): readonly number[];
  texts(name: string): readonly string[];
  /** A point in time: epoch seconds, tagged ones in CBOR, ISO 8601 in the query protocol. */
  time(name: string): Date | undefined;
  map(name: string): Input | undefined;
  maps(name: string): readonly Input[];
}

/** Wraps an input map. @throws {AwsFault} for anything but a map */
export function readInput(value: unknown, protocol: Protocol): Input {
  if (!isTreeMap(value)) throw invalid(protocol, 'The input is not a structure.');
  const member = (name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);
  const wrong = (name: string) =>
    invalid(protocol, `The value of the parameter ${name} is of a wrong type.`);
  const list = (name: string): readonly unknown[] => {
    const found = member(name) ?? [];
    // An empty list is an empty value in the query protocol.
    if (protocol === 'query' && found === '') return [];
    if (!Array.isArray(found)) throw wrong(name);
    return found;
  };
  const toNumber = (name: string, found: unknown): number => {
    const number = protocol === 'query' && typeof found === 'string' ? Number(found) : found;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(name);
    return number;
  };
  const toText = (name: string, found: unknown): string => {
    if (typeof found !== 'string') throw wrong(name);
    return found;
  };
  const text = (name: string) => {
    const found = member(name);
    return found === undefined ? undefined : toText(name, found);
  };
  return {
    text,
    requiredText(name) {
      const found = text(name);
      if (found !== undefined && found !== '') return found;
      throw cloudWatchFault('missing', protocol, `The parameter ${name} is required.`);
    },
    number: (name) => (member(name) === undefined ? undefined : toNumber(name, member(name))),
    numbers: (name) => list(name).map((item) => toNumber(name, item)),
    texts: (name) => list(name).map((item) => toText(name, item)),
    time(name) {
      const found = member(name);
      if (found === undefined) return undefined;
      const date = toDate(found, protocol);
      if (!date) throw wrong(name);
      return date;
    },
    map: (name) => (member(name) === undefined ? undefined : readInput(member(name), protocol)),
    maps: (name) => list(name).map((item) => readInput(item, protocol)),
  };
}

function toDate(found: unknown, protocol: Protocol): Date | undefined {
  // CBOR: the reader leaves a tagged value; tag 1 is epoch seconds.
  const plain = isTreeMap(found) && found.tag === 1 ? found.value : found;
  const ms =
    typeof plain === 'number'
      ? plain * 1000
      : protocol === 'query' && typeof plain === 'string'
        ? Date.parse(plain)
        : Number.NaN;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms) : undefined;
}

/** Faults of the service itself, by what they are called in the query protocol and in the others. */
const FAULTS = {
  invalid: ['InvalidParameterValue', 'InvalidParameterValueException'],
  missing: ['MissingParameter', 'MissingRequiredParameterException'],
  combination: ['InvalidParameterCombination', 'InvalidParameterCombinationException'],
} as const;

/**
 * A refusal by CloudWatch. Clients of the newer protocols may ask for the code of the query protocol, which travels in a
 * header of its own.
 */
export function cloudWatchFault(
  kind: keyof typeof FAULTS,
  protocol: Protocol,
  message: string,
): AwsFault {
  const [queryCode, shape] = FAULTS[kind];
  if (protocol === 'query') return new AwsFault(queryCode, 400, message);
  return new AwsFault(shape, 400, message, { queryCode });
}

function invalid(protocol: Protocol, message: string): AwsFault {
  return cloudWatchFault('invalid', protocol, message);
}
