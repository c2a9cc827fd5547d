import type { Protocol } from '../errors/aws-fault.js';
import { cloudWatchFault, type Input } from './input.js';
import type { Metric, MetricStore } from './store.js';
import type { TreeMap } from './tree.js';

const PAGE = 500;

/** ListMetrics: by namespace, name and dimensions, of which the value may be left open. */
export function listMetrics(
  store: MetricStore,
  space: string,
  input: Input,
  protocol: Protocol,
): TreeMap {
  const namespace = input.text('Namespace');
  const name = input.text('MetricName');
  const wanted = input.maps('Dimensions').map((item) => ({
    name: item.requiredText('Name'),
    value: item.text('Value'),
  }));
  const token = input.text('NextToken') ?? '0';
  if (!/^\d{1,9}$/.test(token)) throw cloudWatchFault('invalid', protocol, 'Invalid nextToken.');
  const start = Number(token);
  const found = store
    .list(space)
    .filter((metric) => namespace === undefined || metric.namespace === namespace)
    .filter((metric) => name === undefined || metric.name === name)
    .filter((metric) =>
      wanted.every((want) =>
        metric.dimensions.some(
          (has) => has.name === want.name && (want.value === undefined || has.value === want.value),
        ),
      ),
    );
  const next = start + PAGE;
  return {
    Metrics: found.slice(start, next).map(toTree),
    NextToken: next < found.length ? String(next) : undefined,
  };
}

function toTree({ namespace, name, dimensions }: Metric): TreeMap {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensions.map((one) => ({ Name: one.name, Value: one.value })),
  };
}
