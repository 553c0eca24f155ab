/** Tags and locks of versions, against the model. */
import assert from 'node:assert/strict';
import type { ModelVersion } from './bucket-model.ts';
import { BYPASS, type ModelRun, pickTarget, pickUntil, proven, queryOf, refusalOf, TAGS, tagsOf } from './model-run.ts';

export const changeTags = async (run: ModelRun): Promise<void> => {
  const { client, bucket, random } = run;
  const target = pickTarget(run);
  const { key, versionId, version } = target;
  const isDelete = random.chance(20);
  const tags = isDelete ? {} : tagsOf(random.pick(TAGS));
  const set = Object.entries(tags).map(([name, value]) => `<Tag><Key>${name}</Key><Value>${value}</Value></Tag>`);
  const body = isDelete ? '' : `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>`;
  const answer = await client.call(isDelete ? 'DELETE' : 'PUT', [bucket, key], {
    ...queryOf('tagging', versionId),
    body,
  });
  if (version?.body === undefined) {
    assertRefused(answer.status, refusalOf(target));
    return;
  }
  assert.equal(answer.status, isDelete ? 204 : 200);
  version.tags = tags;
};

export const readTags = async (run: ModelRun): Promise<void> => {
  const target = pickTarget(run);
  const { key, versionId, version } = target;
  const answer = await run.client.call('GET', [run.bucket, key], queryOf('tagging', versionId));
  if (version?.body === undefined) {
    assertRefused(answer.status, refusalOf(target));
    return;
  }
  assert.equal(answer.status, 200);
  const found = [...answer.text.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)<\/Value>/g)];
  assert.deepEqual(Object.fromEntries(found.map(([, name = '', value = '']) => [name, value])), version.tags);
};

/** A marker has no tags and no locks: with its id or without, it says that it is one or that nothing is there. */
const assertRefused = (status: number, refusal: number | undefined): void => {
  assert.ok(refusal === 405 || refusal === 404);
  assert.ok(status === 404 || status === 405, `answered ${status}`);
};

export const setRetention = async (run: ModelRun): Promise<void> => {
  const { client, bucket, model, random } = run;
  const target = pickTarget(run);
  const { key, versionId, version } = target;
  const bypass = random.chance(50);
  const retention = random.chance(20)
    ? undefined
    : { mode: random.pick(['GOVERNANCE', 'GOVERNANCE', 'COMPLIANCE'] as const), until: pickUntil(random) };
  const body =
    retention === undefined
      ? '<Retention/>'
      : `<Retention><Mode>${retention.mode}</Mode><RetainUntilDate>${retention.until}</RetainUntilDate></Retention>`;
  const answer = await client.call('PUT', [bucket, key], {
    ...queryOf('retention', versionId),
    ...proven(body, bypass ? BYPASS : {}),
  });
  if (!isLockable(run, answer.status, target)) return;
  assert.ok(version !== undefined);
  if (isWeakened(version, retention, bypass)) {
    assert.equal(answer.status, 403);
    return;
  }
  assert.equal(answer.status, 200);
  const held = version.lock.isHeld === true ? { isHeld: true } : {};
  version.lock = { ...held, ...retention };
  assert.ok(model.hasLock);
};

const isWeakened = (
  { lock }: ModelVersion,
  retention: { readonly mode: string; readonly until: string } | undefined,
  bypass: boolean,
): boolean => {
  if (lock.mode === undefined || (lock.mode === 'GOVERNANCE' && bypass)) return false;
  return retention === undefined || retention.mode !== lock.mode || retention.until < (lock.until ?? '');
};

/** False when there is nothing to lock, and the store said so. */
const isLockable = (run: ModelRun, status: number, target: Parameters<typeof refusalOf>[0]): boolean => {
  if (target.version?.body === undefined) {
    assert.ok([400, 404, 405].includes(status), `answered ${status}`);
    return false;
  }
  if (run.model.hasLock) return true;
  assert.equal(status, 400);
  return false;
};

export const setLegalHold = async (run: ModelRun): Promise<void> => {
  const { client, bucket, random } = run;
  const target = pickTarget(run);
  const { key, versionId, version } = target;
  const isHeld = random.chance(30);
  const answer = await client.call('PUT', [bucket, key], {
    ...queryOf('legal-hold', versionId),
    ...proven(`<LegalHold><Status>${isHeld ? 'ON' : 'OFF'}</Status></LegalHold>`),
  });
  if (!isLockable(run, answer.status, target)) return;
  assert.equal(answer.status, 200);
  if (version !== undefined) version.lock = { ...version.lock, isHeld };
};
