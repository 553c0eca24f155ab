import type { DeadLetterStore, DeliveryQueue } from './core/ports.ts';

/** Where the queues of this process are kept. */
export interface QueueSite {
  readonly dataDirectory: string;
  readonly isCompressing: boolean;
  /** Empty: files. */
  readonly redisUrl: string;
  readonly leaseMs: number;
  readonly onError: (error: Error) => void;
}

/** What one target has of its own. */
export interface TargetStores {
  readonly queue: DeliveryQueue;
  readonly deadLetters: DeadLetterStore;
}
