/** A name and value that tells metrics of one name apart. */
export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** What was measured at one time, already aggregated as the client may do it. */
export interface DataPoint {
  readonly time: Date;
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly points: DataPoint[];
}

/** Metrics of every account and region, bounded. */
export interface MetricStore {
  /** The oldest points of all leave when there are too many. */
  add(space: string, metric: Omit<Metric, 'points'>, point: DataPoint): void;
  list(space: string): readonly Metric[];
}

/** @param maxPoints points kept over all metrics */
export function createMetricStore(maxPoints: number): MetricStore {
  const spaces = new Map<string, Map<string, Metric>>();
  const order: DataPoint[][] = [];
  return {
    add(space, { namespace, name, dimensions }, point) {
      const metrics = spaces.get(space) ?? new Map<string, Metric>();
      spaces.set(space, metrics);
      const sorted = [...dimensions].sort((a, b) => (a.name < b.name ? -1 : 1));
      const key = JSON.stringify([namespace, name, sorted]);
      const metric = metrics.get(key) ?? { namespace, name, dimensions: sorted, points: [] };
      metrics.set(key, metric);
      metric.points.push(point);
      order.push(metric.points);
      if (order.length > maxPoints) order.shift()?.shift();
    },
    list: (space) => [...(spaces.get(space)?.values() ?? [])],
  };
}
