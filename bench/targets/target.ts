import type { Endpoint } from '../load/load-message.ts';

/** A server under test. */
export interface Target {
  readonly endpoint: Endpoint;
  /** Its processes on this machine; none for a server that is only known by its address. */
  readonly pids: readonly number[];
  stop(): Promise<void>;
}
