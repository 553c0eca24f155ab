// The load process: carries out orders of the benchmark that arrive over the IPC channel, one at a time.
import type { LoadAnswer, LoadOrder } from './load-message.ts';
import { runOrder } from './run-order.ts';

process.on('message', (order: LoadOrder) => {
  void runOrder(order)
    .catch(
      (error: unknown): LoadAnswer => ({
        kind: 'failed',
        message: error instanceof Error ? error.message : String(error),
      }),
    )
    .then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit(0));
