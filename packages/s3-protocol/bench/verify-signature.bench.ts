/** Cost of the pure parts of a request: `node packages/s3-protocol/bench/verify-signature.bench.ts`. */
import { randomBytes } from 'node:crypto';
import {
  computeChecksum,
  crc64,
  parseSignatureClaim,
  readPayloadLine,
  SigningKeyCache,
  signRequest,
  UNSIGNED_PAYLOAD,
  verifySignature,
  writeListObjectsV2,
} from '../src/index.ts';

const BATCHES = 10;

const cpuMicros = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

/** CPU time of this thread, so that others on the machine count little: the best of ten batches, and their median. */
const measure = (name: string, rounds: number, run: () => void): void => {
  for (let round = 0; round < rounds / BATCHES; round++) run();
  const batches = Array.from({ length: BATCHES }, () => {
    const begunMicros = cpuMicros();
    for (let round = 0; round < rounds / BATCHES; round++) run();
    return (cpuMicros() - begunMicros) / (rounds / BATCHES);
  });
  const [best = 0, , , , , median = 0] = batches.sort((a, b) => a - b);
  console.log(`${name.padEnd(40)} ${best.toFixed(2)} us, median ${median.toFixed(2)}`);
};

const keys = new SigningKeyCache();
const nowMs = Date.now();
const secret = 'secret';
const credentials = { accessKeyId: 'AKID', secretAccessKey: secret };
const request = {
  method: 'PUT',
  rawPath: '/bucket/some/prefix/object-0001',
  rawQuery: '',
  headers: { host: '127.0.0.1:9000', 'content-length': '4096', 'content-type': 'application/octet-stream' },
};
const { headers } = signRequest(
  request,
  { credentials, region: 'us-east-1', service: 's3', nowMs, keys },
  UNSIGNED_PAYLOAD,
);
const sent = { ...request, headers: { ...headers, 'user-agent': 'bench', accept: '*/*', connection: 'keep-alive' } };

measure('verify a header signature, key cached', 200_000, () => {
  const claim = parseSignatureClaim(sent, { region: 'us-east-1', services: ['s3'] });
  if (claim === undefined) throw new Error('anonymous');
  verifySignature({ request: sent, claim, secret, payloadLine: readPayloadLine(sent, claim).line, keys, nowMs });
});

const page = {
  bucket: 'bucket',
  prefix: '',
  delimiter: undefined,
  maxKeys: 1000,
  encodingType: 'url',
  isTruncated: false,
  objects: Array.from({ length: 1000 }, (_, index) => ({
    key: `some/prefix/object-${index}`,
    sizeBytes: 4096,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    lastModifiedMs: nowMs + index,
    storageClass: 'STANDARD',
    ownerId: 'owner',
  })),
  commonPrefixes: [],
  startAfter: undefined,
  continuationToken: undefined,
  nextContinuationToken: undefined,
  fetchOwner: false,
};
measure('write a listing of 1,000 keys', 500, () => {
  writeListObjectsV2(page, (id) => ({ id, displayName: undefined }));
});

for (const sizeBytes of [4096, 1 << 20]) {
  const data = randomBytes(sizeBytes);
  measure(`CRC64NVME of ${sizeBytes} bytes`, 4e8 / sizeBytes, () => {
    crc64(data);
  });
  measure(`CRC32C of ${sizeBytes} bytes`, 4e8 / sizeBytes, () => {
    computeChecksum('CRC32C', data);
  });
}
