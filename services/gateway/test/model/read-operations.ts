/** Reads of objects, with conditions and ranges, against the model. */
import assert from 'node:assert/strict';
import type { Answer } from '../support/test-client.ts';
import type { ModelVersion } from './bucket-model.ts';
import { type ModelRun, pickTarget, queryOf, refusalOf } from './model-run.ts';

export const readObject = async (run: ModelRun): Promise<void> => {
  const { client, bucket, random } = run;
  const target = pickTarget(run);
  const { key, versionId, version } = target;
  const method = random.pick(['GET', 'HEAD']);
  const size = version?.body?.length ?? 0;
  const first = random.between(0, size + 3);
  const range = random.chance(30) ? { first, last: first + random.between(0, 10) } : undefined;
  const condition: Record<string, string> = random.pick([
    {},
    {},
    {},
    { 'if-match': version?.etag || '"x"' },
    { 'if-match': '"x"' },
    { 'if-none-match': version?.etag || '"x"' },
    { 'if-none-match': '"x"' },
  ]);
  const answer = await client.call(method, [bucket, key], {
    ...queryOf('', versionId),
    headers: { ...condition, ...(range === undefined ? undefined : { range: `bytes=${range.first}-${range.last}` }) },
  });
  const refusal = refusalOf(target);
  assert.equal(
    answer.headers['x-amz-delete-marker'],
    version !== undefined && version.body === undefined ? 'true' : undefined,
  );
  if (refusal !== undefined || version?.body === undefined) {
    assert.equal(answer.status, refusal);
    return;
  }
  const match = condition['if-match'];
  if (match !== undefined && match !== version.etag) assert.equal(answer.status, 412);
  else if (condition['if-none-match'] === version.etag) assert.equal(answer.status, 304);
  else if (range !== undefined && range.first >= size) assert.equal(answer.status, 416);
  else checkFound(answer, method, version, range);
};

const checkFound = (
  { status, headers, text }: Answer,
  method: string,
  version: ModelVersion,
  range: { readonly first: number; readonly last: number } | undefined,
): void => {
  const body = version.body ?? '';
  const wanted = range === undefined ? body : body.slice(range.first, range.last + 1);
  const tagCount = Object.keys(version.tags).length;
  assert.equal(status, range === undefined ? 200 : 206);
  if (method === 'GET') assert.equal(text, wanted);
  if (range !== undefined)
    assert.equal(
      headers['content-range'],
      `bytes ${range.first}-${Math.min(range.last, body.length - 1)}/${body.length}`,
    );
  assert.deepEqual(
    [
      headers.etag,
      headers['content-length'],
      headers['content-type'],
      headers['x-amz-tagging-count'],
      headers['x-amz-meta-note'],
      headers['x-amz-object-lock-mode'],
      headers['x-amz-object-lock-retain-until-date'],
      headers['x-amz-object-lock-legal-hold'] === 'ON',
    ],
    [
      version.etag,
      String(wanted.length),
      version.contentType,
      tagCount === 0 ? undefined : String(tagCount),
      version.note === '' ? undefined : version.note,
      version.lock.mode,
      version.lock.until,
      version.lock.isHeld === true,
    ],
  );
};
