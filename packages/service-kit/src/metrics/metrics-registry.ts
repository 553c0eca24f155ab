import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { CellHistogram } from './cell-histogram.ts';
import { type CounterCell, type HistogramCell, REQUEST_SECONDS_BOUNDS } from './plain-metrics.ts';

const NAME_PREFIX = 'needlestack_';

export interface MetricDescription<L extends readonly string[] = readonly string[]> {
  /** Without the registry's prefix (`needlestack_`); units last: `s3_request_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labelNames?: L;
}

type LabelTexts<L extends readonly string[]> = { readonly [K in keyof L]: string };

/**
 * The metrics of one service instance. Counters and histograms are plain cells that the hot path writes to directly
 * (fetch the cell once, keep it); prom-client sees their numbers only when somebody scrapes.
 */
export class MetricsRegistry {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #prefix: string;

  /** `service` becomes a label of every metric, so that several registries can be shown on one page; empty for no label. */
  constructor(service: string, prefix = NAME_PREFIX) {
    this.#prefix = prefix;
    if (service !== '') this.#registry.setDefaultLabels({ service });
  }

  /** Returns the function that gives the cell for label values, in the order of `labelNames`. */
  counter<const L extends readonly string[] = []>(
    description: MetricDescription<L>,
  ): (...labelValues: LabelTexts<L>) => CounterCell {
    const labelNames = [...(description.labelNames ?? [])];
    const cells = new Map<string, { readonly labelValues: readonly string[]; readonly cell: CounterCell }>();
    new Counter({
      name: this.#prefix + description.name,
      help: description.help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const { labelValues, cell } of cells.values()) this.labels(...labelValues).inc(cell.value);
      },
    });
    return (...labelValues) => {
      const key = labelValues.join('\0');
      let entry = cells.get(key);
      if (entry === undefined) {
        entry = { labelValues, cell: { value: 0 } };
        cells.set(key, entry);
      }
      return entry.cell;
    };
  }

  /** Returns the function that gives the cell for label values, in the order of `labelNames`. */
  histogram<const L extends readonly string[] = []>(
    description: MetricDescription<L> & { readonly bounds?: readonly number[] },
  ): (...labelValues: LabelTexts<L>) => HistogramCell {
    const histogram = new CellHistogram({
      name: this.#prefix + description.name,
      help: description.help,
      labelNames: description.labelNames ?? [],
      bounds: description.bounds ?? REQUEST_SECONDS_BOUNDS,
      registry: this.#registry,
    });
    return (...labelValues) => histogram.cell(labelValues);
  }

  /** A number that is asked for at scrape time. With label names, `read` returns one row per set of label values. */
  gauge(description: MetricDescription, read: () => number | Iterable<readonly [readonly string[], number]>): void {
    new Gauge({
      name: this.#prefix + description.name,
      help: description.help,
      labelNames: [...(description.labelNames ?? [])],
      registers: [this.#registry],
      collect() {
        const now = read();
        this.reset();
        if (typeof now === 'number') this.set(now);
        else for (const [labelValues, value] of now) this.labels(...labelValues).set(value);
      },
    });
  }

  /** Adds memory, CPU, garbage collection and event loop lag. Once per process, on the registry of its main service. */
  addProcessMetrics(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** The text a Prometheus server scrapes. */
  render(): Promise<string> {
    return this.#registry.metrics();
  }
}
