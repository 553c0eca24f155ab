import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { FormatError, hasFlag, NEEDLE_FLAG, type Needle, parseFileId } from '@needlestack/needle-format';
import { RpcError } from '@needlestack/rpc';
import type { QueriedStripeInit, QueryRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../core/limits.ts';
import { readNeedle } from '../core/needles/read-needle.ts';
import { formatRecord, type QueryOutput } from '../core/query/format-record.ts';
import { scanCsv } from '../core/query/query-csv.ts';
import { scanJson } from '../core/query/query-json.ts';
import {
  type QueryCompression,
  QueryFormatError,
  readCompression,
  readCsvInput,
  readOutput,
} from '../core/query/read-serialization.ts';
import type { Query, ScannedRecord } from '../core/query/selected-record.ts';
import type { GrpcContext } from './grpc-context.ts';

const unfold = promisify(gunzip);

/** How the records of each file are found and written. */
interface QueryPlan {
  readonly compression: QueryCompression;
  readonly scan: (text: string) => Generator<ScannedRecord>;
  readonly output: QueryOutput;
}

/**
 * Filters and projects the records of needles. JSON without a word on the output is answered as by SeaweedFS: one answer for each file,
 * empty when nothing matches; anything else in as many answers as it takes, none when nothing matches. Other kinds of input have no
 * answers, and a wrong cookie ends the stream without a word.
 */
export async function* queryNeedles(context: GrpcContext, request: QueryRequest): AsyncGenerator<QueriedStripeInit> {
  const plan = readPlan(request);
  for (const fileId of request.from_file_ids) {
    const needle = await readQueried(context, fileId);
    if (needle === undefined) return;
    if (plan === undefined) continue;
    yield* answerFile(plan, await textOf(needle, plan.compression));
  }
}

function readPlan({ filter, selections, input_serialization: input, output_serialization: output }: QueryRequest) {
  const query: Query = { selections, filter: filter ?? undefined };
  if (input === null || (input.csv_input === null && input.json_input === null)) return undefined;
  try {
    const compression = readCompression(input.compression_type);
    const { csv_input: words } = input;
    const plan = { compression, output: readOutput(words !== null, output) };
    if (words === null) return { ...plan, scan: (text: string) => scanJson(text, query) };
    const csv = readCsvInput(words);
    return { ...plan, scan: (text: string) => scanCsv(text, csv, query) };
  } catch (error) {
    if (error instanceof QueryFormatError) throw new RpcError('invalid-argument', error.message);
    throw error;
  }
}

/** Others have their turn now and then: a file may be large. */
async function* answerFile({ scan, output }: QueryPlan, text: string): AsyncGenerator<QueriedStripeInit> {
  const isWhole = output.kind === 'seaweedfs';
  let records = '';
  let untilTurn = LIMITS.queriedCharactersAtOnce;
  for (const { selected, characters } of scan(text)) {
    if (selected !== undefined) records += formatRecord(selected, output);
    untilTurn -= characters;
    if (untilTurn > 0) continue;
    untilTurn = LIMITS.queriedCharactersAtOnce;
    await nextTurn();
    if (isWhole || records.length < LIMITS.queriedStripeCharacters) continue;
    yield { records: Buffer.from(records) };
    records = '';
  }
  if (isWhole || records !== '') yield { records: Buffer.from(records) };
}

/** Undefined when the cookie is another one. */
async function readQueried({ registry }: GrpcContext, text: string): Promise<Needle | undefined> {
  try {
    const { volumeId, key, cookie } = parseFileId(text);
    return await readNeedle(registry.require(volumeId), key, { cookie });
  } catch (error) {
    if (error instanceof VolumeError && error.code === 'cookie-mismatch') return undefined;
    if (error instanceof FormatError) throw new RpcError('unknown', error.message, { cause: error });
    throw error;
  }
}

/** A file that is compressed by itself lies there as it is, one that the server compressed is that once more at most. */
async function textOf(needle: Needle, compression: QueryCompression): Promise<string> {
  const stored = Buffer.from(needle.data.buffer, needle.data.byteOffset, needle.data.length);
  const plain = hasFlag(needle.flags, NEEDLE_FLAG.compressed) ? await unfoldQueried(stored) : stored;
  const isFolded = compression === 'gzip' && plain[0] === 0x1f && plain[1] === 0x8b;
  return (isFolded ? await unfoldQueried(plain) : plain).toString();
}

async function unfoldQueried(bytes: Buffer): Promise<Buffer> {
  try {
    return await unfold(bytes, { maxOutputLength: LIMITS.queriedBytes });
  } catch (error) {
    throw new RpcError('unknown', 'the content cannot be decompressed', { cause: error });
  }
}
