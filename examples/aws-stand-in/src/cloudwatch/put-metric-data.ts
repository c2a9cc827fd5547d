import type { Protocol } from '../errors/aws-fault.js';
import { cloudWatchFault, type Input } from './input.js';
import type { DataPoint, Dimension, MetricStore } from './store.js';

const MAX_DATA = 1000;
const MAX_DIMENSIONS = 30;

/** PutMetricData: everything is checked before anything is kept. */
export function putMetricData(
  store: MetricStore,
  space: string,
  input: Input,
  { protocol, now }: { readonly protocol: Protocol; readonly now: Date },
): void {
  const fail = (message: string) => cloudWatchFault('invalid', protocol, message);
  const namespace = input.requiredText('Namespace');
  if (namespace.startsWith('AWS/') || namespace.startsWith(':')) {
    throw fail('The value AWS/ for parameter Namespace is invalid.');
  }
  const data = input.maps('MetricData');
  if (data.length === 0 || data.length > MAX_DATA) {
    throw cloudWatchFault('missing', protocol, `MetricData must have 1 to ${MAX_DATA} members.`);
  }
  const read = data.map((datum) => ({
    name: datum.requiredText('MetricName'),
    dimensions: readDimensions(datum, fail),
    points: readPoints(datum, now, fail),
  }));
  for (const { name, dimensions, points } of read) {
    for (const point of points) store.add(space, { namespace, name, dimensions }, point);
  }
}

/** The dimensions of a datum or of a question. */
export function readDimensions(
  input: Input,
  fail: (message: string) => Error,
): readonly Dimension[] {
  const dimensions = input.maps('Dimensions').map((item) => ({
    name: item.requiredText('Name'),
    value: item.requiredText('Value'),
  }));
  const names = new Set(dimensions.map(({ name }) => name));
  if (names.size === dimensions.length && names.size <= MAX_DIMENSIONS) return dimensions;
  throw fail(`Dimensions must be at most ${MAX_DIMENSIONS}, each name once.`);
}

function readPoints(
  datum: Input,
  now: Date,
  fail: (message: string) => Error,
): readonly DataPoint[] {
  const time = datum.time('Timestamp') ?? now;
  const unit = datum.text('Unit') ?? 'None';
  const value = datum.number('Value');
  const values = datum.numbers('Values');
  const set = datum.map('StatisticValues');
  const given = [value !== undefined, values.length > 0, set !== undefined].filter(Boolean);
  if (given.length !== 1) {
    throw fail('Exactly one of Value, Values and StatisticValues must be given.');
  }
  if (value !== undefined) {
    return [{ time, unit, count: 1, sum: value, minimum: value, maximum: value }];
  }
  if (set) {
    const [count, sum, minimum, maximum] = ['SampleCount', 'Sum', 'Minimum', 'Maximum'].map(
      (name) => {
        const number = set.number(name);
        if (number === undefined) throw fail(`StatisticValues needs ${name}.`);
        return number;
      },
    );
    return [
      {
        time,
        unit,
        count: count ?? 0,
        sum: sum ?? 0,
        minimum: minimum ?? 0,
        maximum: maximum ?? 0,
      },
    ];
  }
  const counts = datum.numbers('Counts');
  if (counts.length > 0 && counts.length !== values.length) {
    throw fail('Counts must have as many members as Values.');
  }
  return values.map((one, index) => {
    const count = counts[index] ?? 1;
    return { time, unit, count, sum: one * count, minimum: one, maximum: one };
  });
}
