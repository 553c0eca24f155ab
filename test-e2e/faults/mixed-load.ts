import type { SeededRandom } from '@needlestack/fuzz';
import type { SimpleAnswer, SimpleS3 } from '../support/simple-s3.ts';
import { bytesOf, type Content } from './content.ts';
import { describeValue, isValue, type Ledger, type OpenUpload, type Value } from './ledger.ts';

export const LEDGER_BUCKET = 'ledger';

const KEYS_PER_WORKER = 40;
const KIB = 1024;
const PART_BYTES = 5 * KIB * KIB;

/** An answer that the store must not give, killed or not. */
export class LedgerBreak extends Error {}

let lastContentId = 0;

function nextContent(sizeBytes: number): Content {
  lastContentId += 1;
  return { id: lastContentId, sizeBytes };
}

/** Mostly small objects, some of several chunks, and the edges. */
function pickSize(random: SeededRandom): number {
  const dice = random.next();
  if (dice < 0.02) return 0;
  if (dice < 0.65) return random.between(1, 16 * KIB);
  if (dice < 0.93) return random.between(16 * KIB, 512 * KIB);
  return random.between(3 * KIB * KIB, 9 * KIB * KIB);
}

/** One client: operations on keys of its own, one after the other, until the store goes away. */
export async function runWorker(s3: SimpleS3, ledger: Ledger, random: SeededRandom, worker: number): Promise<void> {
  for (;;) {
    const key = `worker-${worker}/${random.between(0, KEYS_PER_WORKER)}`;
    const dice = random.next();
    try {
      if (dice < 0.55) await putObject(s3, ledger, key, nextContent(pickSize(random)));
      else if (dice < 0.75) await checkObject(s3, ledger, key);
      else if (dice < 0.95) await deleteObject(s3, ledger, key);
      else await uploadParts(s3, ledger, key, random);
    } catch (error) {
      if (error instanceof LedgerBreak) throw error;
      return;
    }
  }
}

async function putObject(s3: SimpleS3, ledger: Ledger, key: string, content: Content): Promise<void> {
  ledger.begin(key, [content]);
  expectStatus(await s3.send('PUT', pathOf(key), '', bytesOf(content)), 200, `PUT ${key}`);
  ledger.acknowledge(key, [content]);
}

async function deleteObject(s3: SimpleS3, ledger: Ledger, key: string): Promise<void> {
  ledger.begin(key, 'absent');
  expectStatus(await s3.send('DELETE', pathOf(key)), 204, `DELETE ${key}`);
  ledger.acknowledge(key, 'absent');
}

/** Reads a key and sets the ledger to what it holds, which must be one of the values that it may hold. */
export async function checkObject(s3: SimpleS3, ledger: Ledger, key: string): Promise<Value> {
  const answer = await s3.send('GET', pathOf(key));
  if (answer.status !== 200 && answer.status !== 404) expectStatus(answer, 200, `GET ${key}`);
  const bytes = answer.status === 200 ? answer.body : undefined;
  const allowed = ledger.valuesOf(key);
  const found = allowed.find((value) => isValue(value, bytes));
  if (found === undefined)
    throw new LedgerBreak(
      `${key} holds ${bytes === undefined ? 'nothing' : `${bytes.length} other bytes`}, not ${allowed.map(describeValue).join(' or ')}`,
    );
  ledger.settle(key, found);
  return found;
}

async function uploadParts(s3: SimpleS3, ledger: Ledger, key: string, random: SeededRandom): Promise<void> {
  const created = await s3.send('POST', pathOf(key), 'uploads=');
  expectStatus(created, 200, `CreateMultipartUpload ${key}`);
  const uploadId = /<UploadId>([^<]+)/.exec(created.body.toString())?.[1] ?? '';
  const upload = ledger.openUpload(key, uploadId);
  for (const sizeBytes of [PART_BYTES, random.between(1, 64 * KIB)]) {
    const content = nextContent(sizeBytes);
    const query = `partNumber=${upload.parts.length + 1}&uploadId=${encodeURIComponent(uploadId)}`;
    const answer = await s3.send('PUT', pathOf(key), query, bytesOf(content));
    expectStatus(answer, 200, `UploadPart ${key}`);
    ledger.acknowledgePart(upload, content, String(answer.headers.etag));
  }
  await completeUpload(s3, ledger, upload);
}

/** Completes an upload with the parts that were acknowledged. May be repeated when the answer never came. */
export async function completeUpload(s3: SimpleS3, ledger: Ledger, upload: OpenUpload): Promise<void> {
  const value = upload.parts.map((part) => part.content);
  const parts = upload.parts.map(
    ({ etag }, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
  ledger.begin(upload.key, value);
  const answer = await s3.send('POST', pathOf(upload.key), `uploadId=${encodeURIComponent(upload.uploadId)}`, body);
  expectStatus(answer, 200, `CompleteMultipartUpload ${upload.key}`);
  if (answer.body.includes('<Error>')) throw new LedgerBreak(`CompleteMultipartUpload ${upload.key}: ${answer.body}`);
  ledger.acknowledge(upload.key, value);
  ledger.closeUpload(upload);
}

function expectStatus(answer: SimpleAnswer, status: number, what: string): void {
  if (answer.status === status) return;
  throw new LedgerBreak(`${what} answered ${answer.status}: ${answer.body.toString().slice(0, 500)}`);
}

function pathOf(key: string): string {
  return `/${LEDGER_BUCKET}/${key}`;
}
