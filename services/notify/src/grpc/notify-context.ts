import type { RecordOrigin } from '@needlestack/event-model';
import type { OutboxFeed } from '../core/outbox-feed.ts';
import type { Clock } from '../core/ports.ts';
import type { TargetRegistry } from '../core/target-registry.ts';

/** What the methods of the service work on. */
export interface NotifyContext {
  readonly registry: TargetRegistry;
  readonly feed: OutboxFeed;
  readonly origin: RecordOrigin;
  readonly clock: Clock;
}
