import { createECDH, createPrivateKey, hash, sign } from 'node:crypto';
import { AwsChunkedDecoder } from '../chunked/aws-chunked-decoder.ts';
import { S3Error } from '../error/s3-error.ts';
import { deriveEcdsaScalar, SIGV4A_ALGORITHM } from './ecdsa-key.ts';
import { readPayloadLine } from './payload-line.ts';
import { matchesRegionSet } from './region-set.ts';
import type { SignableRequest } from './signable-request.ts';
import { parseSignatureClaim } from './signature-claim.ts';
import { SigningKeyCache } from './signing-key.ts';
import { type ProvenSignature, verifySignature } from './verify-signature.ts';

const ACCESS_KEY_ID = 'AKISORANDOMAASORANDOM';
const SECRET = 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom';
const EXPECTED = { region: 'eu-west-2', services: ['s3'] };
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const AMZ_DATE = '20261121T120000Z';

/** The client's side, written apart from ours. */
const pair = createECDH('prime256v1');
const point = pair.setPrivateKey(deriveEcdsaScalar(ACCESS_KEY_ID, SECRET)) ?? pair.getPublicKey();
const publicPoint = pair.getPublicKey();
const privateKey = createPrivateKey({
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    d: pair.getPrivateKey().toString('base64url'),
    x: publicPoint.subarray(1, 33).toString('base64url'),
    y: publicPoint.subarray(33).toString('base64url'),
  },
});
const signText = (text: string): string => sign('sha256', Buffer.from(text), privateKey).toString('hex');

const SCOPE = '20261121/s3/aws4_request';

function signedRequest(regionSet: string, payload = 'UNSIGNED-PAYLOAD'): SignableRequest {
  const headers = {
    host: 'localhost',
    'x-amz-content-sha256': payload,
    'x-amz-date': AMZ_DATE,
    'x-amz-region-set': regionSet,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name as keyof typeof headers]}\n`).join('');
  const canonical = `PUT\n/bucket/key\n\n${lines}\n${names.join(';')}\n${payload}`;
  const stringToSign = `${SIGV4A_ALGORITHM}\n${AMZ_DATE}\n${SCOPE}\n${hash('sha256', canonical)}`;
  const authorization = `${SIGV4A_ALGORITHM} Credential=${ACCESS_KEY_ID}/${SCOPE}, SignedHeaders=${names.join(';')}, Signature=${signText(stringToSign)}`;
  return { method: 'PUT', rawPath: '/bucket/key', rawQuery: '', headers: { ...headers, authorization } };
}

function verify(request: SignableRequest, secret = SECRET): ProvenSignature {
  const claim = parseSignatureClaim(request, EXPECTED);
  if (claim === undefined) throw new Error('anonymous');
  const { line } = readPayloadLine(request, claim);
  return verifySignature({ request, claim, secret, payloadLine: line, keys: new SigningKeyCache(), nowMs: NOW_MS });
}

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error);
  }
};

test('the key pair is the one that other implementations derive', () => {
  expect(point).toBeDefined();
  expect(publicPoint.subarray(1).toString('hex')).toBe(
    '15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb' +
      '0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0',
  );
});

test('a signature is good in each region of its set, and nowhere else', () => {
  for (const set of ['*', 'eu-west-2', 'us-east-1,eu-west-2', 'eu-*']) {
    expect(verify(signedRequest(set)).amzDate).toBe(AMZ_DATE);
  }
  expect(codeOf(() => verify(signedRequest('us-east-1')))).toBe('AuthorizationHeaderMalformed');
  expect(matchesRegionSet(undefined, 'eu-west-2')).toBe(false);
});

test('another secret, another request or a changed set does not pass', () => {
  const request = signedRequest('*');
  expect(codeOf(() => verify(request, 'another secret'))).toBe('SignatureDoesNotMatch');
  expect(codeOf(() => verify({ ...request, rawPath: '/bucket/other' }))).toBe('SignatureDoesNotMatch');
  const widened = { ...request, headers: { ...request.headers, 'x-amz-region-set': 'eu-west-2' } };
  expect(codeOf(() => verify(widened))).toBe('SignatureDoesNotMatch');
  const broken = `${request.headers.authorization}`.replace(/Signature=.*/, 'Signature=not-hex');
  expect(codeOf(() => verify({ ...request, headers: { ...request.headers, authorization: broken } }))).toBe(
    'SignatureDoesNotMatch',
  );
});

test('chunks and their trailer are signed in their turn, padded to one length', () => {
  const payload = `STREAMING-${SIGV4A_ALGORITHM}-PAYLOAD-TRAILER`;
  const request = signedRequest('*', payload);
  const seed = verify(request);
  expect(readPayloadLine(request, parseSignatureClaim(request, EXPECTED)).payload).toEqual({
    kind: 'streaming',
    isSigned: true,
    hasTrailer: true,
  });
  const empty = hash('sha256', '');
  let previous = seed.signature;
  const chunk = (data: string): string => {
    previous = signText(
      `${SIGV4A_ALGORITHM}-PAYLOAD\n${AMZ_DATE}\n${SCOPE}\n${previous}\n${empty}\n${hash('sha256', data)}`,
    );
    return `${data.length.toString(16)};chunk-signature=${previous.padEnd(144, '*')}\r\n${data}\r\n`;
  };
  const chunks = chunk('hello') + chunk('').slice(0, -2);
  const trailer = 'x-amz-checksum-crc32:AAAAAA==\n';
  const trailerSignature = signText(
    `${SIGV4A_ALGORITHM}-TRAILER\n${AMZ_DATE}\n${SCOPE}\n${previous}\n${hash('sha256', trailer)}`,
  );
  const decode = (text: string): string => {
    let decoded = '';
    const decoder = new AwsChunkedDecoder({
      decodedLengthBytes: 5,
      seed,
      hasTrailer: true,
      declaredTrailers: ['x-amz-checksum-crc32'],
      onData: (data) => {
        decoded += data.toString();
      },
    });
    decoder.push(Buffer.from(text));
    decoder.finish();
    return decoded;
  };
  const end = `x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:${trailerSignature.padEnd(144, '*')}\r\n\r\n`;
  expect(decode(chunks + end)).toBe('hello');
  expect(codeOf(() => decode(chunks.replace('hello', 'jello') + end))).toBe('SignatureDoesNotMatch');
  expect(codeOf(() => decode(chunks + end.replace('AAAAAA==', 'AAAAAB==')))).toBe('SignatureDoesNotMatch');
});

test('chunks signed in the way of the other algorithm are refused', () => {
  const request = signedRequest('*', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  expect(codeOf(() => readPayloadLine(request, parseSignatureClaim(request, EXPECTED)))).toBe('InvalidArgument');
});
