/** Multipart uploads, open over many other operations, against the model. */
import assert from 'node:assert/strict';
import { completeDocument } from '../support/put-in-parts.ts';
import { byBytes, type ModelUpload } from './bucket-model.ts';
import { etagOf, idOf, KEYS, type ModelRun, makeBody, partsEtagOf, TYPES } from './model-run.ts';

const UPLOADS_MAX = 12;
const PART_NUMBERS = [1, 2, 7, 10_000];

interface PickedUpload extends ModelUpload {
  readonly id: string;
  readonly query: string;
}

const pickUpload = ({ model, random }: ModelRun): PickedUpload | undefined => {
  if (model.uploads.size === 0) return undefined;
  const [id, upload] = random.pick([...model.uploads]);
  return { ...upload, id, query: `uploadId=${id}` };
};

export const createUpload = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  if (model.uploads.size >= UPLOADS_MAX) return;
  const key = random.pick(KEYS);
  const contentType = random.pick(TYPES);
  const created = await client.call('POST', [bucket, key], {
    query: 'uploads',
    headers: { 'content-type': contentType },
  });
  assert.equal(created.status, 200);
  model.uploads.set(created.element('UploadId') ?? '', { key, contentType, parts: new Map() });
};

export const uploadPart = async (run: ModelRun): Promise<void> => {
  const upload = pickUpload(run);
  if (upload === undefined) return;
  const number = run.random.pick(PART_NUMBERS);
  const body = makeBody(run.random);
  const answer = await run.client.call('PUT', [run.bucket, upload.key], {
    query: `partNumber=${number}&${upload.query}`,
    body,
  });
  assert.deepEqual([answer.status, answer.headers.etag], [200, etagOf(body)]);
  upload.parts.set(number, { body, etag: etagOf(body) });
};

export const completeUpload = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const upload = pickUpload(run);
  if (upload === undefined) return;
  const { key, contentType } = upload;
  const numbers = random.chance(70) ? [random.pick(PART_NUMBERS)] : [7, random.pick(PART_NUMBERS)];
  const isWrong = random.chance(10);
  const parts = numbers.map((number): [number, string] => [
    number,
    isWrong ? etagOf('wrong') : (upload.parts.get(number)?.etag ?? etagOf('missing')),
  ]);
  const answer = await client.call('POST', [bucket, key], { query: upload.query, body: completeDocument(parts) });
  const [number = 0, second] = numbers;
  const isKnown = !isWrong && numbers.every((each) => upload.parts.has(each));
  // A part that is named twice over in the same words is named once.
  const isRepeated = second === number;
  const isDisordered = second !== undefined && second < number;
  // Of two faults either may be told.
  if (isDisordered && !isKnown) assert.match(answer.code ?? '', /^InvalidPart(Order)?$/);
  else if (isDisordered) assert.equal(answer.code, 'InvalidPartOrder');
  else if (!isKnown) assert.equal(answer.code, 'InvalidPart');
  else if (second !== undefined && !isRepeated) assert.equal(answer.code, 'EntityTooSmall');
  else {
    const body = upload.parts.get(number)?.body ?? '';
    assert.deepEqual([answer.status, answer.code], [200, undefined]);
    model.uploads.delete(upload.id);
    const etag = partsEtagOf(body);
    model.add(key, { versionId: idOf(answer), body, etag, contentType, tags: {}, note: '', lock: {} });
  }
};

export const abortUpload = async (run: ModelRun): Promise<void> => {
  const upload = pickUpload(run);
  if (upload === undefined) return;
  const answer = await run.client.call('DELETE', [run.bucket, upload.key], { query: upload.query });
  assert.equal(answer.status, 204);
  run.model.uploads.delete(upload.id);
  const again = await run.client.call('DELETE', [run.bucket, upload.key], { query: upload.query });
  assert.equal(again.code, 'NoSuchUpload');
};

export const listParts = async (run: ModelRun): Promise<void> => {
  const upload = pickUpload(run);
  if (upload === undefined) return;
  const found: string[] = [];
  for (let marker = '0'; ; ) {
    const page = await run.client.call('GET', [run.bucket, upload.key], {
      query: `max-parts=${1 + run.random.between(0, 3)}&part-number-marker=${marker}&${upload.query}`,
    });
    assert.equal(page.status, 200);
    for (const [, inside = ''] of page.text.matchAll(/<Part>(.*?)<\/Part>/g)) {
      const [, number, etag, size] = /<PartNumber>(\d+)<.*<ETag>(?:&quot;|")(\w+).*<Size>(\d+)</.exec(inside) ?? [];
      found.push(`${number} "${etag}" ${size}`);
    }
    if (page.element('IsTruncated') !== 'true') break;
    marker = page.element('NextPartNumberMarker') ?? '';
  }
  const expected = [...upload.parts].sort(([a], [b]) => a - b);
  assert.deepEqual(
    found,
    expected.map(([number, { body, etag }]) => `${number} ${etag} ${body.length}`),
  );
};

export const listUploads = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  const prefix = random.pick(['', 'a', 'b', 'x']);
  const base = `uploads&encoding-type=url&prefix=${prefix}&max-uploads=${1 + random.between(0, 4)}`;
  const found: { readonly key: string; readonly id: string }[] = [];
  for (let markers = ''; ; ) {
    const page = await client.call('GET', `/${bucket}`, { query: base + markers });
    assert.equal(page.status, 200);
    for (const [, key = '', id = ''] of page.text.matchAll(/<Upload><Key>([^<]*)<\/Key><UploadId>([^<]*)</g))
      found.push({ key: decodeURIComponent(key), id });
    if (page.element('IsTruncated') !== 'true') break;
    markers = `&key-marker=${page.element('NextKeyMarker') ?? ''}&upload-id-marker=${page.element('NextUploadIdMarker') ?? ''}`;
  }
  const expected = [...model.uploads].filter(([, { key }]) => key.startsWith(prefix));
  assert.deepEqual(
    found.map(({ key }) => key),
    expected.map(([, { key }]) => key).sort(byBytes),
  );
  assert.deepEqual(found.map(({ id }) => id).sort(), expected.map(([id]) => id).sort());
};
