import {
  CreateBucketCommand,
  type InputSerialization,
  PutObjectCommand,
  SelectObjectContentCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'sdk-select';
const CSV_ROWS = 50_000;
const CSV: InputSerialization = { CSV: { FileHeaderInfo: 'USE' } };
const JSON_LINES: InputSerialization = { JSON: { Type: 'LINES' } };

beforeAll(async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  const rows = Array.from({ length: CSV_ROWS }, (_, index) => `${index},city ${index % 10},${(index / 4).toFixed(2)}`);
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'rows.csv', Body: `id,city,price\n${rows.join('\n')}\n` }));
  const lines = Array.from({ length: 100 }, (_, index) =>
    JSON.stringify({ id: index, tag: { name: `t${index % 3}` } }),
  );
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'lines.json', Body: lines.join('\n') }));
});

interface Answer {
  readonly text: string;
  readonly sawEnd: boolean;
  readonly bytesReturned: number | undefined;
}

async function select(Key: string, Expression: string, input: InputSerialization): Promise<Answer> {
  const { Payload } = await store.s3.send(
    new SelectObjectContentCommand({
      Bucket,
      Key,
      Expression,
      ExpressionType: 'SQL',
      InputSerialization: input,
      OutputSerialization: input.CSV === undefined ? { JSON: {} } : { CSV: {} },
    }),
  );
  const pieces: Uint8Array[] = [];
  let sawEnd = false;
  let bytesReturned: number | undefined;
  for await (const event of Payload ?? []) {
    if (event.Records?.Payload !== undefined) pieces.push(event.Records.Payload);
    if (event.Stats?.Details !== undefined) bytesReturned = event.Stats.Details.BytesReturned;
    if (event.End !== undefined) sawEnd = true;
  }
  return { text: Buffer.concat(pieces).toString(), sawEnd, bytesReturned };
}

test('rows of a CSV by WHERE, with the stream ended and counted', async () => {
  const answer = await select(
    'rows.csv',
    "SELECT id, city FROM S3Object s WHERE s.city = 'city 3' AND CAST(s.id AS INT) < 30",
    CSV,
  );
  expect(answer).toEqual({ text: '3,city 3\n13,city 3\n23,city 3\n', sawEnd: true, bytesReturned: 29 });
});

test('LIMIT stops after so many rows', async () => {
  const { text } = await select('rows.csv', 'SELECT * FROM S3Object LIMIT 2', CSV);
  expect(text).toBe('0,city 0,0.00\n1,city 1,0.25\n');
});

test('aggregates over a CSV', async () => {
  const { text } = await select(
    'rows.csv',
    'SELECT COUNT(*), SUM(CAST(id AS INT)), MIN(CAST(id AS INT)), MAX(CAST(id AS INT)), AVG(CAST(id AS INT)) FROM S3Object',
    CSV,
  );
  expect(text.trim()).toBe(`${CSV_ROWS},${(CSV_ROWS * (CSV_ROWS - 1)) / 2},0,${CSV_ROWS - 1},24999.5`);
});

test('JSON lines, with a path into the record', async () => {
  const { text } = await select(
    'lines.json',
    "SELECT s.id FROM S3Object[*] s WHERE s.tag.name = 't1' LIMIT 2",
    JSON_LINES,
  );
  expect(text).toBe('{"id":1}\n{"id":4}\n');
  const count = await select('lines.json', 'SELECT COUNT(*) AS n FROM S3Object', JSON_LINES);
  expect(count.text).toBe('{"n":100}\n');
});

test('bad SQL and absent objects are plain S3 errors', async () => {
  expect(await errorOf(select('rows.csv', 'SELEKT 1', CSV))).toMatchObject({ status: 400 });
  expect(await errorOf(select('absent.csv', 'SELECT * FROM S3Object', CSV))).toEqual({
    code: 'NoSuchKey',
    status: 404,
  });
});
