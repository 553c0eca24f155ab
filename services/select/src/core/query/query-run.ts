/**
 * One query over one object, driven from outside: the caller pushes bytes and calls `step` until it is done. Nothing here waits, so
 * that the same run serves a worker thread, a test with chunks of any size, and a bench.
 */
import { CsvScanner } from '../input/csv-scanner.ts';
import { assertHeader, CsvScope } from '../input/csv-scope.ts';
import type { RowReader } from '../input/input-row.ts';
import { JsonScope } from '../input/json-scope.ts';
import { ROWS_PER_STOP_CHECK } from '../limits.ts';
import type { OutputSink } from '../output/output-sink.ts';
import type { CsvInputFormat, JsonInputFormat } from '../request/input-format.ts';
import type { SelectPlan } from '../request/select-plan.ts';
import type { SelectNode } from '../sql/ast/select-node.ts';
import type { Timestamp } from '../value/timestamp.ts';
import { checkQuery } from './check-query.ts';
import { type CompiledQuery, compileQuery } from './compile-query.ts';
import {
  OBJECT_START,
  openJsonReader,
  openRowCopier,
  openRowWriter,
  type ReadingStart,
  readingStartOf,
  wholeRowNameOf,
} from './open-input.ts';
import { ResultRows } from './result-rows.ts';

/**
 * - `needs-input`: push more, or finish
 * - `has-output`: take the payloads, then step again
 * - `moved`: read on from `readFrom` instead; what was pushed before is void
 * - `done`: no more input is needed; take what the sink holds
 * - `stopped`: the stop flag was seen
 */
export type StepOutcome = 'needs-input' | 'has-output' | 'moved' | 'done' | 'stopped';

export interface QueryRunOptions {
  readonly plan: SelectPlan;
  readonly now: Timestamp;
  readonly sink: OutputSink;
  /** Asked every thousand rows. */
  readonly isStopped: () => boolean;
}

type Phase = 'header' | 'rows' | 'results';

export class QueryRun {
  readonly #options: QueryRunOptions;
  readonly #select: SelectNode;
  #reader: RowReader;
  #results: ResultRows | undefined;
  #query: CompiledQuery | undefined;
  #phase: Phase;
  #finishing: Generator<void> | undefined;
  #isFinished = false;
  /** Rows that begin after this offset are not part of the range. */
  readonly #lastRowOffset: number;
  /** Where in the object the bytes begin that the run wants. */
  readFrom: number;

  /** Throws what parsing and checking the query throw. */
  constructor(options: QueryRunOptions) {
    this.#options = options;
    const { plan } = options;
    this.#select = checkQuery(plan);
    this.#lastRowOffset = plan.scanRange?.endBytes ?? Number.POSITIVE_INFINITY;
    const start = readingStartOf(plan, plan.scanRange?.startBytes ?? 0);
    if (plan.input.kind === 'CSV') {
      const hasHeader = plan.input.header === 'USE' || (plan.input.header === 'IGNORE' && start === OBJECT_START);
      this.#phase = hasHeader ? 'header' : 'rows';
      const from = hasHeader ? OBJECT_START : start;
      this.readFrom = from.offsetBytes;
      const scanner = openCsv(plan.input, from);
      this.#reader = scanner;
      if (!hasHeader) this.#compileCsv(scanner, 'none');
    } else {
      this.#phase = 'rows';
      this.readFrom = start.offsetBytes;
      this.#reader = this.#openJson(plan.input, start);
    }
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  finish(): void {
    this.#isFinished = true;
    this.#reader.finish();
  }

  /** Works on what was pushed for as long as there is work and room for its results. Throws the failures of data and evaluation. */
  step(): StepOutcome {
    if (this.#phase === 'header') {
      const outcome = this.#readHeader();
      if (outcome !== undefined) return outcome;
    }
    return this.#phase === 'rows' ? this.#readRows() : this.#writeResults();
  }

  /** Undefined when rows follow at once. */
  #readHeader(): StepOutcome | undefined {
    const { plan } = this.#options;
    const scanner = this.#reader;
    if (!(scanner instanceof CsvScanner) || plan.input.kind !== 'CSV') return 'done';
    if (!scanner.next()) {
      // An object without a header line has no rows and no names; only an aggregate has something to say of it.
      if (!this.#isFinished) return 'needs-input';
      this.#compileCsv(scanner, plan.input.header === 'USE' ? [] : 'none');
      return undefined;
    }
    const header = scanner.fields();
    if (plan.input.header === 'IGNORE') {
      this.#compileCsv(scanner, 'none');
      return undefined;
    }
    assertHeader(header);
    const startBytes = plan.scanRange?.startBytes ?? 0;
    if (startBytes <= scanner.nextOffset) {
      this.#compileCsv(scanner, header);
      return undefined;
    }
    const start = readingStartOf(plan, startBytes);
    const moved = openCsv(plan.input, start);
    this.#reader = moved;
    this.#isFinished = false;
    this.readFrom = start.offsetBytes;
    this.#compileCsv(moved, header);
    return 'moved';
  }

  #compileCsv(scanner: CsvScanner, header: readonly string[] | 'none'): void {
    const scope = new CsvScope(this.#select.from.alias, header);
    if (header !== 'none') scanner.setNames(header);
    this.#begin(compileQuery(this.#select, scope, this.#options.now), scanner);
  }

  #openJson(format: JsonInputFormat, start: ReadingStart): RowReader {
    const { from } = this.#select;
    const scope = new JsonScope(from.alias);
    const query = compileQuery(this.#select, scope, this.#options.now);
    const reader = openJsonReader(format, from, scope.wanted, start);
    this.#begin(query, reader);
    return reader;
  }

  #begin(query: CompiledQuery, reader: RowReader): void {
    const { plan, sink } = this.#options;
    this.#query = query;
    this.#results = new ResultRows(query, {
      writer: openRowWriter(plan.output, sink),
      copyRow: openRowCopier(plan, reader, sink),
      rowName: wholeRowNameOf(this.#select.from),
    });
    this.#phase = 'rows';
  }

  #readRows(): StepOutcome {
    const results = this.#results;
    const query = this.#query;
    if (results === undefined || query === undefined) return 'done';
    if (results.isComplete) return 'done';
    const reader = this.#reader;
    const { row } = reader;
    const { sink, isStopped } = this.#options;
    const { keeps } = query;
    for (let rows = 1; ; rows += 1) {
      if (rows % ROWS_PER_STOP_CHECK === 0 && isStopped()) return 'stopped';
      if (!reader.next()) {
        if (!this.#isFinished) return 'needs-input';
        break;
      }
      if (reader.rowOffset > this.#lastRowOffset) break;
      if (!keeps(row)) continue;
      results.add(row);
      if (results.isComplete) return 'done';
      if (sink.hasPayload) return 'has-output';
    }
    this.#finishing = results.finish(row);
    this.#phase = 'results';
    return this.#writeResults();
  }

  #writeResults(): StepOutcome {
    const { sink, isStopped } = this.#options;
    for (let rows = 1; ; rows += 1) {
      if (rows % ROWS_PER_STOP_CHECK === 0 && isStopped()) return 'stopped';
      if (this.#finishing === undefined || this.#finishing.next().done === true) return 'done';
      if (sink.hasPayload) return 'has-output';
    }
  }
}

const openCsv = (format: CsvInputFormat, start: ReadingStart): CsvScanner =>
  new CsvScanner(format, start.offsetBytes, start.isMidRow);
