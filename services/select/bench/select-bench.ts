/**
 * Queries through the whole service (reader, worker thread, frames), in this process: `node services/select/bench/select-bench.ts`.
 * Prints the table of the README.
 */
import type { SelectDocument, SelectRequest } from '@needlestack/service-contracts';
import { startSelectService } from '../src/index.ts';

const MIB = 1024 * 1024;
const OBJECT_BYTES = 64 * MIB;
const ROUNDS = 3;
const PIECE_BYTES = 4 * MIB;

const CITIES = ['Paris', 'London', 'Berlin', 'Rome'];

const fill = (row: (index: number) => string, head = ''): Buffer => {
  const pieces = [head];
  let sizeBytes = 0;
  for (let index = 0; sizeBytes < OBJECT_BYTES; index += 1) {
    const text = row(index);
    pieces.push(text);
    sizeBytes += text.length;
  }
  return Buffer.from(pieces.join(''));
};

const csv = fill(
  (index) =>
    `${index},user name ${index},${CITIES[index % 4]},${(index * 7919) % 10_000},${(index % 1000) / 10},a longer note on row ${index}\n`,
  'id,name,city,amount,price,note\n',
);
const json = fill(
  (index) =>
    `{"id":${index},"name":"user name ${index}","city":"${CITIES[index % 4]}","amount":${(index * 7919) % 10_000},"price":${(index % 1000) / 10},"note":"a longer note on row ${index}"}\n`,
);

const CSV: SelectDocument = { CSV: { FileHeaderInfo: 'USE' } };
const LINES: SelectDocument = { JSON: { Type: 'LINES' } };

interface Cell {
  readonly name: string;
  readonly sql: string;
  readonly data: Buffer;
  readonly input: SelectDocument;
  readonly output: SelectDocument;
}

const cell = (
  name: string,
  sql: string,
  data: Buffer,
  input: SelectDocument,
  output: SelectDocument = { CSV: {} },
): Cell => ({
  name,
  sql,
  data,
  input,
  output,
});

const CELLS: readonly Cell[] = [
  cell('CSV, count(*)', 'SELECT COUNT(*) FROM S3Object', csv, CSV),
  cell('CSV, filter on text', "SELECT COUNT(*) FROM S3Object s WHERE s.city = 'Rome'", csv, CSV),
  cell('CSV, filter on number', 'SELECT COUNT(*) FROM S3Object s WHERE s.amount > 5000', csv, CSV),
  cell(
    'CSV, two casts and a sum',
    'SELECT SUM(CAST(s.amount AS INT)) FROM S3Object s WHERE CAST(s.price AS DECIMAL) > 50',
    csv,
    CSV,
  ),
  cell('CSV, LIKE on the last column', "SELECT COUNT(*) FROM S3Object s WHERE s.note LIKE '%row 39%'", csv, CSV),
  cell('CSV, * of a quarter of the rows', "SELECT * FROM S3Object s WHERE s.city = 'Rome'", csv, CSV),
  cell('CSV, * of all rows', 'SELECT * FROM S3Object', csv, CSV),
  cell('CSV to JSON, a quarter of the rows', "SELECT * FROM S3Object s WHERE s.city = 'Rome'", csv, CSV, { JSON: {} }),
  cell('JSON lines, count(*)', 'SELECT COUNT(*) FROM S3Object', json, LINES),
  cell('JSON lines, filter on text', "SELECT COUNT(*) FROM S3Object s WHERE s.city = 'Rome'", json, LINES),
  cell(
    'JSON lines, filter on number and a sum',
    'SELECT SUM(s.price) FROM S3Object s WHERE s.amount > 5000',
    json,
    LINES,
  ),
  cell('JSON lines, * of a quarter of the rows', "SELECT * FROM S3Object s WHERE s.city = 'Rome'", json, LINES, {
    JSON: {},
  }),
];

const requestOf = ({ sql, data, input, output }: Cell): SelectRequest => ({
  object: { sizeBytes: data.length, chunks: [], inlineData: data },
  expression: sql,
  expressionType: 'SQL',
  inputSerialization: input,
  outputSerialization: output,
  requestProgressEnabled: false,
  principalId: 'bench',
});

const service = await startSelectService({
  reader: {
    async *read(object, range) {
      const bytes = object.inlineData ?? new Uint8Array(0);
      const start = range?.offsetBytes ?? 0;
      for (let at = start; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
    },
  },
});

/** Milliseconds to the first frame and to the end. */
const measure = async (request: SelectRequest): Promise<{ readonly firstMs: number; readonly totalMs: number }> => {
  const startMs = performance.now();
  let firstMs = Number.NaN;
  for await (const _ of service.port.select(request, new AbortController().signal)) {
    if (Number.isNaN(firstMs)) firstMs = performance.now() - startMs;
  }
  return { firstMs, totalMs: performance.now() - startMs };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

console.log('| query over 64 MiB, one worker | MB/s |\n|---|---|');
for (const one of CELLS) {
  const request = requestOf(one);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push((await measure(request)).totalMs);
  console.log(`| ${one.name} | ${Math.round(one.data.length / 1000 / median(times))} |`);
}
const limited = requestOf(cell('', 'SELECT s.id FROM S3Object s LIMIT 5', csv, CSV));
const firsts: number[] = [];
for (let round = 0; round < 21; round += 1) firsts.push((await measure(limited)).firstMs);
console.log(`| \`LIMIT 5\`: first frame, median of 21 | ${median(firsts).toFixed(1)} ms |`);
await service.close();
