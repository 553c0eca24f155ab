// `node packages/s3-protocol/fuzz/signatures.ts --minutes 1`: signed requests, damaged: versions 2, 4 and 4A, in the header and in the query.
// What still passes must ask for what was signed.
import { createECDH, createHmac, createPrivateKey, hash, type KeyObject, sign } from 'node:crypto';
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import {
  buildStringToSignV2,
  decodeUriComponent,
  deriveEcdsaScalar,
  formatAmzDate,
  parseSignatureClaim,
  parseSignatureV2Claim,
  presignQuery,
  readPayloadLine,
  S3Error,
  SIGV4A_ALGORITHM,
  type SignableRequest,
  SigningKeyCache,
  signRequest,
  verifyDialectSignature,
  verifySignature,
  verifySignatureV2,
} from '../src/index.ts';

const ACCESS_KEY_ID = 'AKISORANDOMAASORANDOM';
const SECRET = 'q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom';
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const EXPECTED = { region: 'us-east-1', services: ['s3'] };
const BODY_SHA256 = hash('sha256', 'body');
const isRefusal = (error: unknown): boolean => error instanceof S3Error;
const keys = new SigningKeyCache();
const scope = {
  credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET },
  region: EXPECTED.region,
  service: 's3',
  nowMs: NOW_MS,
  keys,
};

const write = ({ method, rawPath, rawQuery, headers }: SignableRequest): Buffer => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  return Buffer.from([`${method} ${rawPath}?${rawQuery}`, ...lines].join('\n'), 'latin1');
};

const read = (input: Buffer): SignableRequest => {
  const [first = '', ...lines] = input.toString('latin1').split('\n');
  const [, method = '', rawPath = '', rawQuery = ''] = /^(\S*) ([^?]*)\??(.*)$/s.exec(first) ?? [];
  const headers: Record<string, string> = {};
  const rawHeaders: string[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    rawHeaders.push(name, value);
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}, ${value}` : value;
  }
  return { method, rawPath, rawQuery, headers, rawHeaders };
};

interface Coverage {
  /** Version 2 signs few parameters. */
  readonly hasQuery: boolean;
  /** Headers that nobody may add. Those of the table doors act upon none but these two. */
  readonly headers: RegExp;
}

const ALL: Coverage = { hasQuery: true, headers: /^x-amz-/ };
const OF_DIALECT: Coverage = { hasQuery: true, headers: /^x-amz-(date|content-sha256)$/ };
const OF_VERSION_2: Coverage = { hasQuery: false, headers: /^x-amz-/ };

/** What a request asks for, in so far as it is signed: method, key, parameters and headers. */
const meaningOf = ({ method, rawPath, rawQuery, headers }: SignableRequest, coverage: Coverage): string => {
  const signed = Object.entries(headers).filter(([name]) => coverage.headers.test(name));
  const query = rawQuery
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => decodeUriComponent(pair.includes('=') ? pair : `${pair}=`));
  const values = signed.map(([name, value]) => [name, String(value).replace(/\s+/g, ' ')]);
  return JSON.stringify([method, decodeUriComponent(rawPath), coverage.hasQuery ? query.sort() : [], values.sort()]);
};

const target = (
  name: string,
  requests: readonly SignableRequest[],
  coverage: Coverage,
  verify: (request: SignableRequest) => boolean,
): FuzzTarget => {
  const signed = new Set(requests.map((request) => meaningOf(request, coverage)));
  return {
    name,
    seeds: requests.map(write),
    decode: (input) => {
      const request = read(input);
      if (!verify(request)) return 'anonymous';
      const meaning = meaningOf(request, coverage);
      if (!signed.has(meaning)) throw new Error(`passes, and nobody signed it: ${meaning}`);
      return meaning;
    },
    isRefusal,
  };
};

const plain = { method: 'PUT', rawPath: '/bucket/a%20key/b', rawQuery: 'partNumber=1&uploadId=x&empty', headers: {} };
const sent = { host: 'localhost:9000', 'x-amz-meta-a': 'b  c' };

const ofHeader = [
  { ...plain, headers: signRequest({ ...plain, headers: sent }, scope, 'UNSIGNED-PAYLOAD').headers },
  { ...plain, headers: signRequest({ ...plain, headers: sent }, scope, BODY_SHA256).headers },
];
const host = { host: 'localhost:9000' };
const ofQuery = [3600, 1].map((expiresSeconds) => ({
  ...plain,
  headers: host,
  rawQuery: presignQuery({ ...plain, headers: host }, scope, expiresSeconds),
}));

const verify4 = (request: SignableRequest): boolean => {
  const claim = parseSignatureClaim(request, EXPECTED);
  if (claim === undefined) return false;
  const { line } = readPayloadLine(request, claim);
  const secret = claim.accessKeyId === ACCESS_KEY_ID ? SECRET : undefined;
  verifySignature({ request, claim, secret, payloadLine: line, keys, nowMs: NOW_MS });
  return true;
};

const verifyDialect = (request: SignableRequest): boolean => {
  const claim = parseSignatureClaim(request, EXPECTED);
  if (claim === undefined) return false;
  const secret = claim.accessKeyId === ACCESS_KEY_ID ? SECRET : undefined;
  verifyDialectSignature({ request, claim, secret, bodySha256: BODY_SHA256, keys, nowMs: NOW_MS });
  return true;
};

const makeEcdsaKey = (): KeyObject => {
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(deriveEcdsaScalar(ACCESS_KEY_ID, SECRET));
  const point = pair.getPublicKey();
  const coordinates = { x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const d = pair.getPrivateKey().toString('base64url');
  return createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', d, ...coordinates } });
};

const sign4a = (): SignableRequest => {
  const amzDate = formatAmzDate(NOW_MS);
  const headers: Record<string, string> = {
    host: 'localhost',
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': amzDate,
    'x-amz-region-set': 'us-east-1,eu-*',
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = `GET\n/bucket/key\n\n${lines}\n${names.join(';')}\nUNSIGNED-PAYLOAD`;
  const credentialScope = `${amzDate.slice(0, 8)}/s3/aws4_request`;
  const text = `${SIGV4A_ALGORITHM}\n${amzDate}\n${credentialScope}\n${hash('sha256', canonical)}`;
  const signature = sign('sha256', Buffer.from(text), makeEcdsaKey()).toString('hex');
  const authorization = `${SIGV4A_ALGORITHM} Credential=${ACCESS_KEY_ID}/${credentialScope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { method: 'GET', rawPath: '/bucket/key', rawQuery: '', headers: { ...headers, authorization } };
};

const verify2 = (request: SignableRequest): boolean => {
  const claim = parseSignatureV2Claim(request);
  if (claim === undefined) return false;
  verifySignatureV2({ request, claim, secret: SECRET, hostBucket: undefined, nowMs: NOW_MS });
  return true;
};

const sign2 = (form: 'header' | 'query'): SignableRequest => {
  const expires = form === 'query' ? String(NOW_MS / 1000 + 60) : '';
  const unsigned = {
    method: 'GET',
    rawPath: '/bucket/key',
    rawQuery: form === 'query' ? `acl&AWSAccessKeyId=${ACCESS_KEY_ID}&Expires=${expires}` : 'acl',
    headers: { 'x-amz-date': new Date(NOW_MS).toUTCString(), 'x-amz-meta-a': 'b' },
  };
  const claim = { form, accessKeyId: ACCESS_KEY_ID, signature: '', expires };
  const text = buildStringToSignV2(unsigned, claim, undefined);
  const signature = createHmac('sha1', SECRET).update(text).digest('base64');
  if (form === 'query')
    return { ...unsigned, rawQuery: `${unsigned.rawQuery}&Signature=${encodeURIComponent(signature)}` };
  return { ...unsigned, headers: { ...unsigned.headers, authorization: `AWS ${ACCESS_KEY_ID}:${signature}` } };
};

await fuzz([
  target('version 4, header', ofHeader, ALL, verify4),
  target('version 4, query', ofQuery, ALL, verify4),
  target('version 4, dialect', ofHeader.slice(1), OF_DIALECT, verifyDialect),
  target('version 4A', [sign4a()], ALL, verify4),
  target('version 2, header', [sign2('header')], OF_VERSION_2, verify2),
  target('version 2, query', [sign2('query')], OF_VERSION_2, verify2),
]);
