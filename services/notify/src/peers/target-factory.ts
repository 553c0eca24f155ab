import type { Clock, Target } from '../core/ports.ts';
import type { SettingReader } from '../core/setting-reader.ts';
import type { RetryPolicy } from '../core/target-delivery.ts';

/** How targets of one type are built from their settings. */
export interface TargetFactory {
  /** Keys of the type beside the common ones. */
  readonly keys: readonly string[];
  /** Throws SettingError before anything is built, or the error of a file that cannot be read. */
  create(reader: SettingReader, clock: Clock): Promise<BuiltTarget>;
}

export interface BuiltTarget {
  readonly target: Target;
  readonly retry: RetryPolicy;
}
