/** Writes and deletes on the store and on the model at once; each compares what the store said with what the model knows. */
import assert from 'node:assert/strict';
import type { BucketModel, ModelLock, ModelVersion } from './bucket-model.ts';
import {
  BYPASS,
  etagOf,
  idOf,
  KEYS,
  type ModelRun,
  makeBody,
  pickLock,
  pickTarget,
  pickVersion,
  proven,
  queryOf,
  TAGS,
  TYPES,
  tagsOf,
} from './model-run.ts';

const lockHeaders = ({ mode, until, isHeld }: ModelLock): Record<string, string> => ({
  ...(mode === undefined || until === undefined
    ? undefined
    : { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': until }),
  ...(isHeld === true ? { 'x-amz-object-lock-legal-hold': 'ON' } : undefined),
});

export const putObject = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const key = random.pick(KEYS);
  const body = makeBody(random);
  const contentType = random.pick(TYPES);
  const tags = random.pick(TAGS);
  const note = random.pick(['', 'n1']);
  const lock = pickLock(run);
  const existing = model.object(key);
  const condition: Record<string, string> = random.pick([
    {},
    {},
    { 'if-none-match': '*' },
    { 'if-match': '*' },
    { 'if-match': existing?.etag ?? '"x"' },
    { 'if-match': '"0123456789abcdef0123456789abcdef"' },
  ]);
  const answer = await client.call(
    'PUT',
    [bucket, key],
    proven(body, {
      'content-type': contentType,
      ...(tags === '' ? undefined : { 'x-amz-tagging': tags }),
      ...(note === '' ? undefined : { 'x-amz-meta-note': note }),
      ...lockHeaders(lock),
      ...condition,
    }),
  );
  const expected = expectedWrite(condition, existing?.etag);
  assert.equal(answer.status, expected);
  if (expected !== 200) return;
  assert.equal(answer.headers.etag, etagOf(body));
  assert.equal(idOf(answer) === 'null', model.state !== 'Enabled');
  model.add(key, { versionId: idOf(answer), body, etag: etagOf(body), contentType, tags: tagsOf(tags), note, lock });
};

const expectedWrite = (condition: Readonly<Record<string, string>>, etag: string | undefined): number => {
  const match = condition['if-match'];
  if (condition['if-none-match'] !== undefined && etag !== undefined) return 412;
  if (match === undefined) return 200;
  if (etag === undefined) return 404;
  return match === '*' || match === etag ? 200 : 412;
};

export const copyObject = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const key = random.pick(KEYS);
  const { key: sourceKey, versionId, version: source } = pickTarget(run);
  const copySource =
    encodeURIComponent(`${bucket}/${sourceKey}`) + (versionId === undefined ? '' : `?versionId=${versionId}`);
  const condition: Record<string, string> = random.pick([
    {},
    {},
    { 'x-amz-copy-source-if-match': source?.etag || '"x"' },
    { 'x-amz-copy-source-if-match': '"x"' },
    { 'x-amz-copy-source-if-none-match': source?.etag || '"x"' },
  ]);
  const replaced = random.chance(30) ? { contentType: random.pick(TYPES), note: 'copied' } : undefined;
  const tags = random.chance(20) ? random.pick(TAGS) : undefined;
  const lock = pickLock(run);
  const answer = await client.call('PUT', [bucket, key], {
    headers: {
      'x-amz-copy-source': copySource,
      ...condition,
      ...(replaced === undefined
        ? undefined
        : {
            'x-amz-metadata-directive': 'REPLACE',
            'content-type': replaced.contentType,
            'x-amz-meta-note': replaced.note,
          }),
      ...(tags === undefined ? undefined : { 'x-amz-tagging-directive': 'REPLACE', 'x-amz-tagging': tags }),
      ...lockHeaders(lock),
    },
  });
  const isSelf = key === sourceKey && versionId === undefined;
  // Other tags are no change that makes a copy onto itself lawful.
  const changesNothing = isSelf && replaced === undefined;
  const refusal = copyRefusal(source, versionId, condition) ?? (changesNothing ? 400 : undefined);
  assert.equal(answer.status, refusal ?? 200);
  if (answer.status !== 200 || source === undefined) return;
  const copied = { ...source, ...replaced, ...(tags === undefined ? undefined : { tags: tagsOf(tags) }) };
  model.add(key, { ...copied, versionId: idOf(answer), lock });
};

const copyRefusal = (
  source: ModelVersion | undefined,
  versionId: string | undefined,
  condition: Readonly<Record<string, string>>,
): number | undefined => {
  if (source === undefined) return 404;
  if (source.body === undefined) return versionId === undefined ? 404 : 400;
  const match = condition['x-amz-copy-source-if-match'];
  if (match !== undefined && match !== source.etag) return 412;
  return condition['x-amz-copy-source-if-none-match'] === source.etag ? 412 : undefined;
};

export const deleteObject = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const { key, versionId, version } = pickTarget(run);
  const bypass = random.chance(50);
  const match = random.chance(20) ? random.pick(['*', model.object(key)?.etag ?? '"x"', '"x"']) : undefined;
  const answer = await client.call('DELETE', [bucket, key], {
    ...queryOf('', versionId),
    headers: { ...(bypass ? BYPASS : undefined), ...(match === undefined ? undefined : { 'if-match': match }) },
  });
  // A marker has no ETag: nothing but `*` matches it.
  if (match !== undefined && version !== undefined && match !== '*' && match !== version.etag) {
    assert.equal(answer.status, 412);
    return;
  }
  if (versionId !== undefined && version !== undefined && model.isLocked(version, bypass)) {
    assert.equal(answer.status, 403);
    return;
  }
  assert.equal(answer.status, 204);
  const marker = answer.headers['x-amz-delete-marker'] === 'true' ? idOf(answer) : undefined;
  // A condition on what is not there asks for nothing: not even a marker.
  if (match !== undefined && version === undefined) assert.equal(marker, undefined);
  else applyDelete(model, key, versionId, marker);
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
    assert.equal(marker, removed !== undefined && removed.body === undefined ? versionId : undefined);
    return;
  }
  if (model.state === 'Off') {
    assert.equal(marker, undefined);
    model.versions.delete(key);
    return;
  }
  assert.equal(marker === 'null', model.state === 'Suspended');
  assert.notEqual(marker, undefined);
  model.add(key, {
    versionId: marker ?? '',
    body: undefined,
    etag: '',
    contentType: '',
    tags: {},
    note: '',
    lock: {},
  });
};

export const deleteObjects = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const keys = [...new Set(Array.from({ length: 1 + random.between(0, 4) }, () => random.pick(KEYS)))];
  const wanted = keys.map((key) => ({ key, versionId: random.chance(40) ? pickVersion(run, key) : undefined }));
  const bypass = random.chance(50);
  const objects = wanted.map(
    ({ key, versionId }) =>
      `<Object><Key>${key}</Key>${versionId === undefined ? '' : `<VersionId>${versionId}</VersionId>`}</Object>`,
  );
  const answer = await client.call('POST', `/${bucket}`, {
    query: 'delete',
    ...proven(`<Delete>${objects.join('')}</Delete>`, bypass ? BYPASS : {}),
  });
  assert.equal(answer.status, 200);
  const entries = [...answer.text.matchAll(/<(Deleted|Error)>(.*?)<\/\1>/g)];
  assert.equal(entries.length, wanted.length);
  const entryOf = (key: string): RegExpMatchArray | undefined =>
    entries.find(([, , inside = '']) => inside.includes(`<Key>${key}</Key>`));
  for (const { key, versionId } of wanted) {
    const [, kind, inside = ''] = entryOf(key) ?? [];
    const version = versionId === undefined ? undefined : model.find(key, versionId);
    const isLocked = version !== undefined && model.isLocked(version, bypass);
    assert.equal(kind, isLocked ? 'Error' : 'Deleted');
    if (isLocked) assert.match(inside, /<Code>AccessDenied</);
    else applyDelete(model, key, versionId, /<DeleteMarkerVersionId>([^<]*)</.exec(inside)?.[1]);
  }
};

export const setVersioning = async ({ client, bucket, model, random }: ModelRun): Promise<void> => {
  if (!random.chance(30)) return;
  const state = random.pick(['Enabled', 'Enabled', 'Suspended'] as const);
  const body = `<VersioningConfiguration><Status>${state}</Status></VersioningConfiguration>`;
  const answer = await client.call('PUT', `/${bucket}`, { query: 'versioning', body });
  if (model.hasLock && state === 'Suspended') {
    assert.deepEqual([answer.status, answer.code], [409, 'InvalidBucketState']);
    return;
  }
  assert.equal(answer.status, 200);
  model.state = state;
};
