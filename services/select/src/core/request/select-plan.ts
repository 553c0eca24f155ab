import type { InputFormat } from './input-format.ts';
import type { OutputFormat } from './output-format.ts';
import type { ScanRange } from './scan-range.ts';

/** A request that was found good: what a query is run from. Plain data, so that it can be sent to a worker. */
export interface SelectPlan {
  readonly expression: string;
  readonly input: InputFormat;
  readonly output: OutputFormat;
  readonly scanRange: ScanRange | undefined;
  readonly isProgressWanted: boolean;
}
