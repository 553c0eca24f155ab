/**
 * Reads and writes a metadata document of about 50 MB: our parser and writer beside `JSON.parse` with a reviver that looks at
 * `context.source`, and `JSON.stringify` with `JSON.rawJSON`. Run: `node packages/iceberg-format/bench/json-codec.bench.ts`.
 */

import type { JsonValue } from '../src/json/json-value.ts';
import { parseJson } from '../src/json/parse-json.ts';
import { writeJson } from '../src/json/write-json.ts';

const SNAPSHOTS = 90_000;
const ROUNDS = 3;

function buildDocument(): JsonValue {
  const snapshots: JsonValue[] = [];
  for (let index = 0; index < SNAPSHOTS; index += 1) {
    snapshots.push({
      'snapshot-id': 9_007_199_254_740_993n + BigInt(index) * 7_919n,
      'parent-snapshot-id': 9_007_199_254_740_993n + BigInt(index - 1) * 7_919n,
      'sequence-number': index + 1,
      'timestamp-ms': 1_700_000_000_000 + index,
      'manifest-list': `s3://bucket/0b9d6f4e/metadata/snap-${index}-0-0b9d6f4e-1d2c-4f6b-9a52-0c7c3f8f5f11.avro`,
      summary: {
        operation: 'append',
        'added-data-files': '12',
        'added-records': '1000000',
        'added-files-size': '123456789',
        'changed-partition-count': '12',
        'total-records': String(index * 1_000_000),
        'total-files-size': String(index * 123_456_789),
        'total-data-files': String(index * 12),
        'engine-version': '3.5.1',
      },
      'schema-id': 0,
    });
  }
  return { 'format-version': 2, snapshots };
}

interface ContextWithSource {
  readonly source?: string;
}

const nativeJson: {
  parse(text: string, reviver: (name: string, value: unknown, context: ContextWithSource) => unknown): unknown;
  rawJSON(text: string): unknown;
} = Object.assign(Object.create(null), { parse: JSON.parse, rawJSON: Reflect.get(JSON, 'rawJSON') });

function parseWithReviver(text: string): unknown {
  return nativeJson.parse(text, (_name, value, context) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && context.source !== undefined
      ? BigInt(context.source)
      : value,
  );
}

function writeWithRawJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'bigint' ? nativeJson.rawJSON(String(member)) : member,
  );
}

function measure(name: string, sizeBytes: number, run: () => unknown): void {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    run();
    bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  console.log(
    `${name.padEnd(32)} ${bestMs.toFixed(0).padStart(6)} ms ${(sizeBytes / 1000 / bestMs).toFixed(0).padStart(5)} MB/s`,
  );
}

const text = writeJson(buildDocument());
console.log(`document: ${(text.length / 1e6).toFixed(1)} MB, Node ${process.version}`);
const value = parseJson(text);
measure('parse: ours', text.length, () => parseJson(text));
measure('parse: reviver context.source', text.length, () => parseWithReviver(text));
measure('parse: plain JSON.parse (lossy)', text.length, () => JSON.parse(text));
measure('write: ours', text.length, () => Buffer.from(writeJson(value)));
measure('write: replacer JSON.rawJSON', text.length, () => Buffer.from(writeWithRawJson(value)));
