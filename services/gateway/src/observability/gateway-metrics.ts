import { type CounterCell, type HistogramCell, MetricsRegistry } from '@needlestack/service-kit';

interface OperationCells {
  readonly seconds: HistogramCell;
  readonly byStatus: Map<number, CounterCell>;
}

/** Counts requests by operation and status. Cells are fetched once; a request only adds to numbers. */
export class GatewayMetrics {
  readonly registry = new MetricsRegistry('gateway');
  readonly #operations = new Map<string, OperationCells>();
  readonly #requests = this.registry.counter({
    name: 's3_requests_total',
    help: 'S3 requests answered.',
    labelNames: ['operation', 'status'],
  });
  readonly #seconds = this.registry.histogram({
    name: 's3_request_seconds',
    help: 'Time from the request line to the end of the answer being handed to the socket.',
    labelNames: ['operation'],
  });
  inFlight = 0;

  constructor() {
    this.registry.gauge({ name: 's3_requests_in_flight', help: 'S3 requests being served.' }, () => this.inFlight);
  }

  count(operation: string, status: number, seconds: number): void {
    let cells = this.#operations.get(operation);
    if (cells === undefined) {
      cells = { seconds: this.#seconds(operation), byStatus: new Map() };
      this.#operations.set(operation, cells);
    }
    let counter = cells.byStatus.get(status);
    if (counter === undefined) {
      counter = this.#requests(operation, String(status));
      cells.byStatus.set(status, counter);
    }
    counter.value += 1;
    cells.seconds.observe(seconds);
  }
}
