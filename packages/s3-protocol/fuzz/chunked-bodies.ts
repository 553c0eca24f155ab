// `node packages/s3-protocol/fuzz/chunked-bodies.ts --minutes 1`: bodies of aws-chunked, damaged, whole and in pieces. What a signature covers
// comes out as it went in, or not at all.
import { isDeepStrictEqual } from 'node:util';
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import { AwsChunkedDecoder, encodeAwsChunked, S3Error, SigningKeyCache, signRequest } from '../src/index.ts';

const BODY = Buffer.from('0123456789abcdef'.repeat(1_024));
const CHUNK_BYTES = 8_192;
const TRAILERS = [['x-amz-checksum-crc32', 'AAAAAA==']] as const;
const PIECE_BYTES = 37;
const { seed: SEED } = signRequest(
  { method: 'PUT', rawPath: '/b/k', rawQuery: '', headers: { host: 'h' } },
  {
    credentials: { accessKeyId: 'A', secretAccessKey: 's' },
    region: 'us-east-1',
    service: 's3',
    nowMs: Date.UTC(2026, 10, 21),
    keys: new SigningKeyCache(),
  },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
);

type Decoded = { readonly data: string; readonly trailers: readonly (readonly [string, string])[] } | string;

const isRefusal = (error: unknown): boolean => error instanceof S3Error;

const target = (name: string, isSigned: boolean, hasTrailer: boolean): FuzzTarget => {
  const seed = isSigned ? SEED : undefined;
  const trailers = hasTrailer ? TRAILERS : undefined;
  const decodeInPieces = (input: Buffer, pieceBytes: number): Decoded => {
    const data: Buffer[] = [];
    const decoder = new AwsChunkedDecoder({
      decodedLengthBytes: BODY.length,
      seed,
      hasTrailer,
      declaredTrailers: hasTrailer ? TRAILERS.map(([trailer]) => trailer) : [],
      onData: (piece) => data.push(Buffer.from(piece)),
    });
    for (let at = 0; at < input.length; at += pieceBytes) decoder.push(input.subarray(at, at + pieceBytes));
    decoder.finish();
    return { data: Buffer.concat(data).toString('latin1'), trailers: [...decoder.trailers] };
  };
  const orCode = (decode: () => Decoded): Decoded => {
    try {
      return decode();
    } catch (error) {
      if (error instanceof S3Error) return error.code;
      throw error;
    }
  };
  return {
    name,
    seeds: [Buffer.concat(encodeAwsChunked(BODY, { seed, chunkBytes: CHUNK_BYTES, trailers }))],
    decode: (input) => {
      const whole = orCode(() => decodeInPieces(input, Math.max(1, input.length)));
      const pieces = orCode(() => decodeInPieces(input, PIECE_BYTES));
      if (typeof whole !== typeof pieces || (typeof whole === 'object' && !isDeepStrictEqual(whole, pieces)))
        throw new Error(`whole: ${JSON.stringify(whole)}; in pieces: ${JSON.stringify(pieces)}`);
      const decoded = decodeInPieces(input, Math.max(1, input.length));
      if (typeof decoded === 'string') return decoded;
      if (decoded.data.length !== BODY.length) throw new Error('taken with another length than was declared');
      if (
        isSigned &&
        (decoded.data !== BODY.toString('latin1') || !isDeepStrictEqual(decoded.trailers, trailers ?? []))
      )
        throw new Error('taken, and nobody signed it');
      return decoded;
    },
    isRefusal,
  };
};

await fuzz([
  target('signed chunks', true, false),
  target('signed chunks and trailers', true, true),
  target('unsigned chunks and trailers', false, true),
]);
