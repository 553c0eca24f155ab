import { NO_CONTENT } from './iceberg-answer.ts';
import type { Operation } from './iceberg-operation.ts';

/** reportMetrics: taken note of, whatever kind of report it is; nobody reads them yet. */
export const reportMetrics: Operation = async () => NO_CONTENT;
