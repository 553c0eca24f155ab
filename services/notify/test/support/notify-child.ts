/** A notify process that kills itself, as `kill -9` would, at the n-th time it reaches a step. Arguments: one JSON object. */
import { readNotifyConfig } from '../../src/config.ts';
import { startNotifyService } from '../../src/wiring.ts';
import { openFileOutbox } from './file-outbox.ts';

interface ChildOrder {
  readonly directory: string;
  readonly environment: Record<string, string>;
  /** Undefined: runs until it is killed from outside. */
  readonly dieAt?: { readonly step: 'entriesStored' | 'entryDelivered' | 'cursorSaved'; readonly times: number };
}

const order: ChildOrder = JSON.parse(process.argv[2] ?? '');
let left = order.dieAt?.times ?? Number.POSITIVE_INFINITY;
const dieAt = (step: string) => (): void => {
  if (order.dieAt?.step !== step) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};

await startNotifyService({
  outbox: openFileOutbox(order.directory),
  dataDirectory: `${order.directory}/notify`,
  region: 'us-east-1',
  config: readNotifyConfig(order.environment),
  events: {
    entriesStored: dieAt('entriesStored'),
    entryDelivered: dieAt('entryDelivered'),
    cursorSaved: dieAt('cursorSaved'),
  },
});
