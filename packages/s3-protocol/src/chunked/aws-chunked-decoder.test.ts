import fc from 'fast-check';
import { S3Error } from '../error/s3-error.ts';
import { type SignatureSeed, type SigningScope, signRequest } from '../sigv4/sign-request.ts';
import { SigningKeyCache } from '../sigv4/signing-key.ts';
import { AwsChunkedDecoder, type AwsChunkedOptions } from './aws-chunked-decoder.ts';
import { encodeAwsChunked } from './aws-chunked-encoder.ts';

const scope: SigningScope = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  service: 's3',
  nowMs: Date.UTC(2013, 4, 24),
  keys: new SigningKeyCache(),
};

/** The PUT of the API reference's chunked upload examples: 66,560 letters a. */
const signExample = (payloadLine: string, extra: Record<string, string>): SignatureSeed =>
  signRequest(
    {
      method: 'PUT',
      rawPath: '/examplebucket/chunkObject.txt',
      rawQuery: '',
      headers: {
        host: 's3.amazonaws.com',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': '66560',
        ...extra,
      },
    },
    scope,
    payloadLine,
  ).seed;

const body = Buffer.alloc(66_560, 'a');
const plainSeed = signExample('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { 'content-length': '66824' });
const trailerSeed = signExample('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', {
  'x-amz-trailer': 'x-amz-checksum-crc32c',
});
const trailers = [['x-amz-checksum-crc32c', 'sOO8/Q==']] as const;

const chunkSignatures = (pieces: readonly Buffer[]): string[] =>
  [
    ...Buffer.concat(pieces)
      .toString('latin1')
      .matchAll(/signature[=:]([0-9a-f]{64})/g),
  ].map((match) => match[1] ?? '');

interface Decoded {
  readonly data: Buffer;
  readonly trailers: ReadonlyMap<string, string>;
}

const decode = (pieces: readonly Buffer[], options: Partial<AwsChunkedOptions> = {}): Decoded => {
  const data: Buffer[] = [];
  const decoder = new AwsChunkedDecoder({
    decodedLengthBytes: body.length,
    seed: undefined,
    hasTrailer: false,
    declaredTrailers: [],
    onData: (slice) => data.push(slice),
    ...options,
  });
  for (const piece of pieces) decoder.push(piece);
  decoder.finish();
  return { data: Buffer.concat(data), trailers: decoder.trailers };
};

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'accepted';
};

/** Cuts a buffer at the given fractions. */
const split = (whole: Buffer, cuts: readonly number[]): Buffer[] => {
  const positions = [0, ...cuts.map((cut) => Math.floor(cut * whole.length)).sort((a, b) => a - b), whole.length];
  return positions.slice(1).map((end, index) => whole.subarray(positions[index], end));
};

const encodedPlain = encodeAwsChunked(body, { seed: plainSeed, chunkBytes: 65_536, trailers: undefined });
const encodedTrailer = encodeAwsChunked(body, { seed: trailerSeed, chunkBytes: 65_536, trailers });
const trailerOptions = { seed: trailerSeed, hasTrailer: true, declaredTrailers: ['x-amz-checksum-crc32c'] };

describe('examples of the API reference', () => {
  test('signed chunks', () => {
    expect(plainSeed.signature).toBe('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9');
    expect(chunkSignatures(encodedPlain)).toEqual([
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
    expect(Buffer.concat(encodedPlain).length).toBe(66_824);
    expect(decode(encodedPlain, { seed: plainSeed }).data.equals(body)).toBe(true);
  });

  test('signed chunks with a signed trailer', () => {
    expect(trailerSeed.signature).toBe('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e');
    expect(chunkSignatures(encodedTrailer)).toEqual([
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    ]);
    const decoded = decode(encodedTrailer, trailerOptions);
    expect(decoded.data.equals(body)).toBe(true);
    expect([...decoded.trailers]).toEqual([['x-amz-checksum-crc32c', 'sOO8/Q==']]);
  });
});

test('data is the pushed memory, not a copy', () => {
  const whole = Buffer.concat(encodedPlain);
  const seen: ArrayBufferLike[] = [];
  decode([whole], { seed: plainSeed, onData: (slice) => seen.push(slice.buffer) });
  expect(seen.length).toBe(2);
  expect(seen.every((memory) => memory === whole.buffer)).toBe(true);
});

test('any split of the body decodes to the same', () => {
  const whole = Buffer.concat(encodedTrailer);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (cuts) => {
      const decoded = decode(split(whole, cuts), trailerOptions);
      expect(decoded.data.equals(body)).toBe(true);
      expect(decoded.trailers.size).toBe(1);
    }),
    { numRuns: 60 },
  );
  const small = Buffer.from('5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n');
  const single = Array.from(small, (byte) => Buffer.from([byte]));
  const options = { decodedLengthBytes: 5, hasTrailer: true, declaredTrailers: ['x-amz-checksum-crc32'] };
  expect(decode(single, options).data.toString()).toBe('hello');
});

test('mutated bodies fail with a coded error and never hand on wrong bytes as finished', () => {
  const whole = Buffer.concat(encodedTrailer);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const mutated = Buffer.from(whole);
      mutated[at] = (mutated[at] ?? 0) ^ flip;
      let result: Decoded | undefined;
      const code = codeOf(() => {
        result = decode([mutated], trailerOptions);
      });
      if (code === 'accepted') expect(result?.data.equals(body)).toBe(true);
    }),
    { numRuns: 150 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      codeOf(() => decode([Buffer.from(bytes)], { decodedLengthBytes: 10 }));
    }),
  );
});

describe('refusals', () => {
  const unsigned = (text: string, options: Partial<AwsChunkedOptions> = {}): string =>
    codeOf(() =>
      decode([Buffer.from(text)], {
        decodedLengthBytes: 5,
        hasTrailer: true,
        declaredTrailers: ['x-amz-checksum-crc32'],
        ...options,
      }),
    );
  const checksum = 'x-amz-checksum-crc32:NhCmhg==';

  test.each([
    ['accepted', `5\r\nhello\r\n0\r\n${checksum}\r\n\r\n`],
    ['accepted', `5\r\nhello\r\n0\r\n${checksum}\n\n`],
    ['accepted', `5\r\nhello\r\n0\r\n${checksum}\n\r\n\r\n`],
    ['accepted', `5\r\nhello\r\n0\r\n${checksum}\r\n`],
    ['IncompleteBody', '5\r\nhello\r\n'],
    ['IncompleteBody', `5\r\nhell\r\n0\r\n${checksum}\r\n\r\n`],
    ['IncompleteBody', `4\r\nhell\r\n0\r\n${checksum}\r\n\r\n`],
    ['IncompleteBody', `6\r\nhello!\r\n0\r\n${checksum}\r\n\r\n`],
    ['IncompleteBody', `zz\r\nhello\r\n0\r\n${checksum}\r\n\r\n`],
    ['IncompleteBody', `5\r\nhello\r\n0\r\n${checksum}\r\n\r\nmore`],
    ['IncompleteBody', `${'0'.repeat(400)}5\r\nhello\r\n0\r\n\r\n`],
    ['InvalidChunkSizeError', `2\r\nhe\r\n3\r\nllo\r\n0\r\n${checksum}\r\n\r\n`],
    ['MalformedTrailerError', '5\r\nhello\r\n0\r\n\r\n'],
    ['MalformedTrailerError', '5\r\nhello\r\n0\r\nx-amz-checksum-sha1:AAAA\r\n\r\n'],
    ['MalformedTrailerError', '5\r\nhello\r\n0\r\nnonsense\r\n\r\n'],
    ['MalformedTrailerError', `5\r\nhello\r\n0\r\n${checksum}\r\n${checksum}\r\n\r\n`],
  ])('%s: %j', (code, text) => {
    expect(unsigned(text)).toBe(code);
  });

  test('a tampered chunk, a tampered trailer, a missing trailer signature', () => {
    const tampered = Buffer.concat(encodedPlain);
    tampered[5000] = 0x62;
    expect(codeOf(() => decode([tampered], { seed: plainSeed }))).toBe('SignatureDoesNotMatch');
    const text = Buffer.concat(encodedTrailer).toString('latin1');
    const wrongTrailer = Buffer.from(text.replace('sOO8/Q==', 'sOO8/A=='), 'latin1');
    expect(codeOf(() => decode([wrongTrailer], trailerOptions))).toBe('SignatureDoesNotMatch');
    const unsignedTrailer = Buffer.from(text.replace(/x-amz-trailer-signature.*\r\n/, ''), 'latin1');
    expect(codeOf(() => decode([unsignedTrailer], trailerOptions))).toBe('MalformedTrailerError');
  });
});
