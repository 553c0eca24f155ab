/** Operations on the store and on the model at once; each compares what the store said with what the model knows. */
import { createHash } from 'node:crypto';
import { completeDocument } from '../support/put-in-parts.ts';
import type { Answer, TestClient } from '../support/test-client.ts';
import type { BucketModel, ModelVersion } from './bucket-model.ts';
import type { RandomSource } from './random-source.ts';

export interface ModelRun {
  readonly client: TestClient;
  readonly bucket: string;
  readonly model: BucketModel;
  readonly random: RandomSource;
}

const KEYS = ['a', 'a/', 'a/b', 'a/b/c', 'a+b', 'b', 'b c', 'b\u{1F600}', 'b\uffee', 'c%2F', 'd//e', 'é'];
const TAGS = ['', 'x=1', 'x=1&y=2', 'z=%20'];
const TYPES = ['text/plain', 'application/json'];

const etagOf = (body: string): string => `"${createHash('md5').update(body).digest('hex')}"`;
/** Of an object in one part. */
const partsEtagOf = (body: string): string => {
  const digest = createHash('md5').update(body).digest();
  return `"${createHash('md5').update(digest).digest('hex')}-1"`;
};
const tagsOf = (query: string): Record<string, string> => Object.fromEntries(new URLSearchParams(query));
const makeBody = (random: RandomSource): string => String(random.number(1_000_000)).repeat(1 + random.number(40));
const idOf = (answer: Answer): string => `${answer.headers['x-amz-version-id'] ?? 'null'}`;

/** A version of the key that is there, sometimes one that is not. */
const pickVersion = ({ model, random }: ModelRun, key: string): string => {
  const versions = model.versions.get(key) ?? [];
  return versions.length === 0 || random.chance(10) ? 'null' : random.pick(versions).versionId;
};

export const putObject = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  const key = random.pick(KEYS);
  const body = makeBody(random);
  const contentType = random.pick(TYPES);
  const tags = random.pick(TAGS);
  const existing = model.object(key);
  const condition: Record<string, string> = random.pick([
    {},
    {},
    { 'if-none-match': '*' },
    { 'if-match': '*' },
    { 'if-match': existing?.etag ?? '"x"' },
  ]);
  const headers = {
    'content-type': contentType,
    ...(tags === '' ? undefined : { 'x-amz-tagging': tags }),
    ...condition,
  };
  const answer = await client.call('PUT', [bucket, key], { body, headers });
  const expected =
    condition['if-none-match'] !== undefined && existing !== undefined
      ? 412
      : condition['if-match'] !== undefined && existing === undefined
        ? 404
        : 200;
  expect(answer.status).toBe(expected);
  if (expected !== 200) return;
  expect(answer.headers.etag).toBe(etagOf(body));
  expect(idOf(answer) === 'null').toBe(model.state !== 'Enabled');
  model.add(key, { versionId: idOf(answer), body, etag: etagOf(body), contentType, tags: tagsOf(tags) });
};

export const completeUpload = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  const key = random.pick(KEYS);
  const body = makeBody(random);
  const contentType = random.pick(TYPES);
  const created = await client.call('POST', [bucket, key], {
    query: 'uploads',
    headers: { 'content-type': contentType },
  });
  const uploadId = created.element('UploadId') ?? '';
  const part = await client.call('PUT', [bucket, key], { query: `partNumber=1&uploadId=${uploadId}`, body });
  if (random.chance(20)) {
    expect((await client.call('DELETE', [bucket, key], { query: `uploadId=${uploadId}` })).status).toBe(204);
    return;
  }
  const answer = await client.call('POST', [bucket, key], {
    query: `uploadId=${uploadId}`,
    body: completeDocument([[1, part.headers.etag ?? '']]),
  });
  expect(answer.status).toBe(200);
  model.add(key, { versionId: idOf(answer), body, etag: partsEtagOf(body), contentType, tags: {} });
};

export const copyObject = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const key = random.pick(KEYS);
  const sourceKey = random.pick(KEYS);
  const versionId = random.chance(40) ? pickVersion(run, sourceKey) : undefined;
  const source = versionId === undefined ? model.current(sourceKey) : model.find(sourceKey, versionId);
  const copySource =
    encodeURIComponent(`${bucket}/${sourceKey}`) + (versionId === undefined ? '' : `?versionId=${versionId}`);
  const answer = await client.call('PUT', [bucket, key], { headers: { 'x-amz-copy-source': copySource } });
  const isSelf = key === sourceKey && versionId === undefined;
  const expected =
    source === undefined ? 404 : source.body === undefined ? (versionId === undefined ? 404 : 400) : isSelf ? 400 : 200;
  expect(answer.status).toBe(expected);
  if (expected === 200 && source !== undefined) model.add(key, { ...source, versionId: idOf(answer) });
};

export const readObject = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const key = random.pick(KEYS);
  const versionId = random.chance(50) ? pickVersion(run, key) : undefined;
  const method = random.pick(['GET', 'HEAD']);
  const answer = await client.call(
    method,
    [bucket, key],
    versionId === undefined ? {} : { query: `versionId=${versionId}` },
  );
  const version = versionId === undefined ? model.current(key) : model.find(key, versionId);
  expect(answer.status).toBe(expectedRead(version, versionId));
  expect(answer.headers['x-amz-delete-marker']).toBe(
    version !== undefined && version.body === undefined ? 'true' : undefined,
  );
  if (version?.body === undefined) return;
  expect(answer.headers.etag).toBe(version.etag);
  if (method === 'GET') expect(answer.text).toBe(version.body);
  const tagCount = Object.keys(version.tags).length;
  expect([
    answer.headers['content-length'],
    answer.headers['content-type'],
    answer.headers['x-amz-tagging-count'],
  ]).toEqual([String(version.body.length), version.contentType, tagCount === 0 ? undefined : String(tagCount)]);
};

const expectedRead = (version: ModelVersion | undefined, versionId: string | undefined): number => {
  if (version === undefined) return 404;
  if (version.body !== undefined) return 200;
  return versionId === undefined ? 404 : 405;
};

export const deleteObject = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const key = random.pick(KEYS);
  const versionId = random.chance(50) ? pickVersion(run, key) : undefined;
  const answer = await client.call(
    'DELETE',
    [bucket, key],
    versionId === undefined ? {} : { query: `versionId=${versionId}` },
  );
  expect(answer.status).toBe(204);
  applyDelete(model, key, versionId, answer.headers['x-amz-delete-marker'] === 'true' ? idOf(answer) : undefined);
};

/** @param marker version id of the marker that the store says it made or removed */
const applyDelete = (
  model: BucketModel,
  key: string,
  versionId: string | undefined,
  marker: string | undefined,
): void => {
  if (versionId !== undefined) {
    const removed = model.remove(key, versionId);
    expect(marker).toBe(removed !== undefined && removed.body === undefined ? versionId : undefined);
    return;
  }
  if (model.state === 'Off') {
    expect(marker).toBeUndefined();
    model.versions.delete(key);
    return;
  }
  expect(marker === 'null').toBe(model.state === 'Suspended');
  model.add(key, { versionId: marker ?? '', body: undefined, etag: '', contentType: '', tags: {} });
};

export const deleteObjects = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const keys = [...new Set(Array.from({ length: 1 + random.number(4) }, () => random.pick(KEYS)))];
  const wanted = keys.map((key) => ({ key, versionId: random.chance(40) ? pickVersion(run, key) : undefined }));
  const objects = wanted.map(
    ({ key, versionId }) =>
      `<Object><Key>${key}</Key>${versionId === undefined ? '' : `<VersionId>${versionId}</VersionId>`}</Object>`,
  );
  const body = `<Delete>${objects.join('')}</Delete>`;
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const answer = await client.call('POST', `/${bucket}`, { query: 'delete', body, headers });
  expect(answer.status).toBe(200);
  const deleted = [...answer.text.matchAll(/<Deleted>(.*?)<\/Deleted>/g)].map(([, inside = '']) => inside);
  expect(deleted.length).toBe(wanted.length);
  for (const [index, { key, versionId }] of wanted.entries()) {
    const marker = /<DeleteMarkerVersionId>([^<]*)</.exec(deleted[index] ?? '')?.[1];
    applyDelete(model, key, versionId, marker);
  }
};

export const changeTags = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const key = random.pick(KEYS);
  const versionId = random.chance(50) ? pickVersion(run, key) : undefined;
  const tags = tagsOf(random.pick(TAGS));
  const set = Object.entries(tags).map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`);
  const answer = await client.call('PUT', [bucket, key], {
    query: versionId === undefined ? 'tagging' : `tagging&versionId=${versionId}`,
    body: `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>`,
  });
  const version = versionId === undefined ? model.current(key) : model.find(key, versionId);
  if (version?.body === undefined) expect([404, 405]).toContain(answer.status);
  else {
    expect(answer.status).toBe(200);
    version.tags = tags;
  }
};

export const setVersioning = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  if (!random.chance(30)) return;
  const state = random.pick(['Enabled', 'Enabled', 'Suspended'] as const);
  const body = `<VersioningConfiguration><Status>${state}</Status></VersioningConfiguration>`;
  expect((await client.call('PUT', `/${bucket}`, { query: 'versioning', body })).status).toBe(200);
  model.state = state;
};

const PREFIXES = ['', 'a', 'a/', 'b', 'x'];
const decoded = (text: string | undefined): string => decodeURIComponent(text ?? '');

export const listObjects = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  const prefix = random.pick(PREFIXES);
  const delimiter = random.pick(['', '/', 'b']);
  const base = `list-type=2&encoding-type=url&max-keys=${1 + random.number(4)}&prefix=${encodeURIComponent(prefix)}&delimiter=${encodeURIComponent(delimiter)}`;
  const keys: string[] = [];
  const prefixes: string[] = [];
  for (let token = ''; ; ) {
    const page = await client.call('GET', `/${bucket}`, {
      query: token === '' ? base : `${base}&continuation-token=${token}`,
    });
    keys.push(...[...page.text.matchAll(/<Key>([^<]*)</g)].map(([, key]) => decoded(key)));
    prefixes.push(...[...page.text.matchAll(/<CommonPrefixes><Prefix>([^<]*)</g)].map(([, common]) => decoded(common)));
    if (page.element('IsTruncated') !== 'true') break;
    token = page.element('NextContinuationToken') ?? '';
  }
  expect({ keys, prefixes }).toEqual(model.list(prefix, delimiter));
};

export const listVersions = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  const prefix = random.pick(PREFIXES);
  const base = `versions&encoding-type=url&max-keys=${1 + random.number(6)}&prefix=${encodeURIComponent(prefix)}`;
  const found: string[] = [];
  for (let markers = ''; ; ) {
    const page = await client.call('GET', `/${bucket}`, { query: base + markers });
    for (const [, kind, inside = ''] of page.text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/g)) {
      const of = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(inside)?.[1] ?? '';
      found.push(
        `${kind === 'Version' ? 'version' : 'marker'} ${decoded(of('Key'))} ${of('VersionId')} ${of('IsLatest')}`,
      );
    }
    if (page.element('IsTruncated') !== 'true') break;
    markers = `&key-marker=${page.element('NextKeyMarker') ?? ''}&version-id-marker=${page.element('NextVersionIdMarker') ?? ''}`;
  }
  expect(found).toEqual(model.listVersions(prefix));
};
