import type { Protocol } from '../errors/aws-fault.js';
import { cloudWatchFault, type Input } from './input.js';
import { readDimensions } from './put-metric-data.js';
import type { DataPoint, Dimension, Metric, MetricStore } from './store.js';
import type { TreeMap } from './tree.js';

const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];
const MAX_DATAPOINTS = 1440;

/** GetMetricStatistics: points of one metric, gathered into periods. */
export function getMetricStatistics(
  store: MetricStore,
  space: string,
  input: Input,
  protocol: Protocol,
): TreeMap {
  const fail = (message: string) => cloudWatchFault('invalid', protocol, message);
  const namespace = input.requiredText('Namespace');
  const name = input.requiredText('MetricName');
  const dimensions = readDimensions(input, fail);
  const unit = input.text('Unit');
  const start = input.time('StartTime');
  const end = input.time('EndTime');
  const period = input.number('Period') ?? 0;
  const statistics = input.texts('Statistics');
  if (!start || !end) {
    throw cloudWatchFault('missing', protocol, 'StartTime and EndTime are required.');
  }
  if (start >= end) throw fail('The parameter StartTime must be less than the parameter EndTime.');
  if (!Number.isInteger(period) || period < 60 || period % 60 !== 0) {
    throw fail('The parameter Period must be a multiple of 60.');
  }
  if (statistics.length === 0 || statistics.some((one) => !STATISTICS.includes(one))) {
    throw fail('Statistics must name SampleCount, Average, Sum, Minimum or Maximum.');
  }
  if ((end.getTime() - start.getTime()) / 1000 / period > MAX_DATAPOINTS) {
    const message = `More than ${MAX_DATAPOINTS} datapoints were asked for: take a longer Period.`;
    throw cloudWatchFault('combination', protocol, message);
  }
  const points = store
    .list(space)
    .filter((metric) => metric.namespace === namespace && metric.name === name)
    .filter((metric) => sameDimensions(metric, dimensions))
    .flatMap((metric) => metric.points)
    .filter(({ time }) => time >= start && time < end)
    .filter((point) => unit === undefined || point.unit === unit);
  return {
    Label: name,
    Datapoints: gather(points, period, start).map((one) => show(one, statistics)),
  };
}

// Without dimensions, only the metric without any is meant: CloudWatch does not add up over them.
function sameDimensions(metric: Metric, wanted: readonly Dimension[]): boolean {
  return (
    metric.dimensions.length === wanted.length &&
    wanted.every((want) =>
      metric.dimensions.some((has) => has.name === want.name && has.value === want.value),
    )
  );
}

/** Points of one period and unit become one. */
function gather(points: readonly DataPoint[], period: number, start: Date): readonly DataPoint[] {
  const periods = new Map<string, DataPoint>();
  // Periods begin at full multiples of themselves, counted from the start cut to its minute.
  const origin = Math.floor(start.getTime() / 60_000) * 60_000;
  for (const point of points) {
    const index = Math.floor((point.time.getTime() - origin) / (period * 1000));
    const key = `${index} ${point.unit}`;
    const known = periods.get(key);
    periods.set(key, {
      time: new Date(origin + index * period * 1000),
      unit: point.unit,
      count: (known?.count ?? 0) + point.count,
      sum: (known?.sum ?? 0) + point.sum,
      minimum: Math.min(known?.minimum ?? point.minimum, point.minimum),
      maximum: Math.max(known?.maximum ?? point.maximum, point.maximum),
    });
  }
  return [...periods.values()];
}

function show(point: DataPoint, statistics: readonly string[]): TreeMap {
  const all: TreeMap = {
    SampleCount: point.count,
    Average: point.sum / point.count,
    Sum: point.sum,
    Minimum: point.minimum,
    Maximum: point.maximum,
  };
  const chosen = Object.entries(all).filter(([name]) => statistics.includes(name));
  return { Timestamp: point.time, ...Object.fromEntries(chosen), Unit: point.unit };
}
