import { Histogram, type MetricValueWithName, type Registry } from 'prom-client';
import { HistogramCell } from './plain-metrics.ts';

interface LabelledCell {
  readonly labels: Readonly<Record<string, string>>;
  readonly cell: HistogramCell;
}

interface HistogramSnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: 'histogram';
  readonly aggregator: 'sum';
  readonly values: readonly MetricValueWithName<string>[];
}

export interface CellHistogramOptions {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly bounds: readonly number[];
  readonly registry: Registry;
}

const cumulate = (name: string, { labels, cell }: LabelledCell): MetricValueWithName<string>[] => {
  const values: MetricValueWithName<string>[] = [];
  let total = 0;
  cell.counts.forEach((count, bucket) => {
    total += count;
    values.push({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: cell.bounds[bucket] ?? '+Inf' },
      value: total,
    });
  });
  values.push({ metricName: `${name}_sum`, labels, value: cell.sum });
  values.push({ metricName: `${name}_count`, labels, value: total });
  return values;
};

/**
 * A prom-client histogram whose numbers live in cells. The library can set a counter from outside at scrape time but
 * not a histogram, so this one overrides how it is read.
 */
export class CellHistogram extends Histogram<string> {
  readonly #cells = new Map<string, LabelledCell>();
  readonly #options: CellHistogramOptions;

  constructor(options: CellHistogramOptions) {
    super({
      name: options.name,
      help: options.help,
      labelNames: [...options.labelNames],
      buckets: [...options.bounds],
      registers: [options.registry],
    });
    this.#options = options;
  }

  /** The cell of one set of label values, in the order of the label names; made on first use. */
  cell(labelValues: readonly string[]): HistogramCell {
    const key = labelValues.join('\0');
    let labelled = this.#cells.get(key);
    if (labelled === undefined) {
      const labels = Object.fromEntries(
        this.#options.labelNames.map((name, index) => [name, labelValues[index] ?? '']),
      );
      labelled = { labels, cell: new HistogramCell(this.#options.bounds) };
      this.#cells.set(key, labelled);
    }
    return labelled.cell;
  }

  /** What the registry reads for its text form; the library's types do not show it. */
  getForPromString(): Promise<HistogramSnapshot> {
    const { name, help } = this.#options;
    const values = [...this.#cells.values()].flatMap((labelled) => cumulate(name, labelled));
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }
}
