import type { SelectDocument, SelectRequest } from '@needlestack/service-contracts';
import { OutputSink } from '../../src/core/output/output-sink.ts';
import { QueryRun } from '../../src/core/query/query-run.ts';
import { validateRequest } from '../../src/core/request/validate-request.ts';
import { SelectFailure } from '../../src/core/select-failure.ts';
import { timestampFromEpochMs } from '../../src/core/value/timestamp.ts';

export interface QueryInput {
  readonly sql: string;
  readonly data: string | Uint8Array;
  readonly csv?: SelectDocument;
  readonly json?: 'LINES' | 'DOCUMENT';
  /** JSON by default. */
  readonly output?: SelectDocument;
  readonly range?: { readonly Start?: string; readonly End?: string };
  /** Sizes of the chunks that the data is cut into, used in turn. */
  readonly chunks?: readonly number[];
}

/** Milliseconds since the epoch at which every query of the tests runs: 2026-11-21T10:00:00.000Z. */
export const NOW_MS = Date.UTC(2026, 10, 21, 10);

export const requestOf = (input: QueryInput): SelectRequest => {
  const bytes = Buffer.from(input.data);
  return {
    object: { sizeBytes: bytes.length, chunks: [], inlineData: bytes },
    expression: input.sql,
    expressionType: 'SQL',
    inputSerialization: input.json === undefined ? { CSV: input.csv ?? {} } : { JSON: { Type: input.json } },
    outputSerialization: input.output ?? { JSON: {} },
    requestProgressEnabled: false,
    ...(input.range === undefined ? {} : { scanRange: input.range }),
    principalId: 'tester',
  };
};

/** The text of the result, as the engine writes it for the data in those chunks. Throws SelectFailure. */
export const runQuery = (input: QueryInput): string => {
  const request = requestOf(input);
  const bytes = Buffer.from(input.data);
  const sink = new OutputSink(4096);
  const run = new QueryRun({
    plan: validateRequest(request),
    now: timestampFromEpochMs(NOW_MS),
    sink,
    isStopped: () => false,
  });
  const sizes = input.chunks ?? [bytes.length || 1];
  const pieces: Uint8Array[] = [];
  let at = run.readFrom;
  let turn = 0;
  for (;;) {
    const outcome = run.step();
    for (let payload = sink.take(); payload !== undefined; payload = sink.take()) pieces.push(payload);
    if (outcome === 'done') break;
    if (outcome === 'moved') at = run.readFrom;
    else if (outcome === 'needs-input') {
      if (at >= bytes.length) run.finish();
      else {
        const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
        turn += 1;
        run.push(Uint8Array.from(bytes.subarray(at, at + size)));
        at += size;
      }
    }
  }
  sink.flush();
  for (let payload = sink.take(); payload !== undefined; payload = sink.take()) pieces.push(payload);
  return Buffer.concat(pieces).toString();
};

/** The rows of a JSON result. */
export const rowsOf = (input: QueryInput): string[] => runQuery(input).split('\n').slice(0, -1);

/** The value of the only column of the only row, as JSON text; undefined when it is MISSING. */
export const evaluated = (expression: string, data = '{}'): string | undefined => {
  const row = runQuery({ sql: `SELECT ${expression} AS v FROM S3Object s LIMIT 1`, data, json: 'LINES' });
  return /^\{"v":(.*)\}\n$/s.exec(row)?.[1];
};

/** The code that the query fails with; undefined when it does not. */
export const failureOf = (input: QueryInput): string | undefined => {
  try {
    runQuery(input);
    return undefined;
  } catch (error) {
    if (error instanceof SelectFailure) return error.code;
    throw error;
  }
};
