import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { FormatError, hasFlag, NEEDLE_FLAG, type Needle, parseFileId } from '@needlestack/needle-format';
import { RpcError } from '@needlestack/rpc';
import type { QueriedStripeInit, QueryRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../core/limits.ts';
import { queryJson } from '../core/query-json.ts';
import { readNeedle } from '../core/read-needle.ts';
import type { GrpcContext } from './grpc-context.ts';

const unfold = promisify(gunzip);

/**
 * Filters and projects the JSON values of needles: one answer for each file id, empty when nothing matches. Other kinds of input have
 * no answers, and a wrong cookie ends the stream without a word.
 */
export async function* queryNeedles(context: GrpcContext, request: QueryRequest): AsyncGenerator<QueriedStripeInit> {
  const { filter, selections, input_serialization } = request;
  const wanted = { field: filter?.field ?? '', operand: filter?.operand ?? '', value: filter?.value ?? '' };
  for (const fileId of request.from_file_ids) {
    const needle = await readQueried(context, fileId);
    if (needle === undefined) return;
    if (input_serialization?.json_input == null) continue;
    yield { records: Buffer.from(queryJson(await textOf(needle), selections, wanted)) };
  }
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

async function textOf(needle: Needle): Promise<string> {
  const stored = Buffer.from(needle.data.buffer, needle.data.byteOffset, needle.data.length);
  if (!hasFlag(needle.flags, NEEDLE_FLAG.compressed)) return stored.toString();
  return (await unfold(stored, { maxOutputLength: LIMITS.queriedBytes })).toString();
}
