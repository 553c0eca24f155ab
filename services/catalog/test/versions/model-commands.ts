/** Random deeds on a catalog and on the model, each of which must give both the same outcome. */
import { CatalogError } from '@needlestack/service-contracts';
import fc from 'fast-check';
import type { TestCatalog } from '../open-stores.ts';
import { deleteEvent, makeVersion, putEvent } from '../sample-requests.ts';
import type { ModelVersion, Refusal, VersionModel } from './version-model.ts';

export interface Real {
  readonly store: TestCatalog;
  readonly bucket: string;
}

/** Mostly few keys, so that they get many versions. */
export const keyArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.constant('a') },
  { weight: 2, arbitrary: fc.constantFrom('a/', 'a/b') },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom('a', 'b', '/', '\x00', 'é', '😀', '\uffee'), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.join('')),
  },
);

const etagArbitrary = fc.constantFrom('a', 'b').map((digit) => digit.repeat(32));

const hour = 60 * 60 * 1000;

/** Which of a key's versions, counted from the newest; or the `null` one; or one that never was. */
const pickArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  fc.nat(3),
  fc.constantFrom('null' as const, 'unknown' as const),
);
type Pick = typeof pickArbitrary extends fc.Arbitrary<infer T> ? T : never;

const UNKNOWN_ID = `${'0'.repeat(16)}${'f'.repeat(16)}`;

function idOf(model: VersionModel, key: string, pick: Pick): string {
  if (pick === 'null') return 'null';
  if (pick === 'unknown') return UNKNOWN_ID;
  return model.versionsOf(key)[pick]?.id ?? UNKNOWN_ID;
}

async function outcomeOf<T>(run: () => Promise<T>): Promise<T | string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CatalogError) return error.code;
    throw error;
  }
}

const retentionArbitrary = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      mode: fc.constantFrom('GOVERNANCE' as const, 'COMPLIANCE' as const),
      hours: fc.constantFrom(1, 2, 3),
    }),
  },
);

const putArbitrary = fc.record({
  kind: fc.constant('put' as const),
  key: keyArbitrary,
  sizeBytes: fc.integer({ min: 1, max: 99 }),
  etag: etagArbitrary,
  isInline: fc.boolean(),
  condition: fc.oneof(
    { weight: 5, arbitrary: fc.constant('none' as const) },
    fc.constantFrom('absent' as const, 'present' as const, 'etag' as const),
  ),
  retention: retentionArbitrary,
});

const deleteVersionArbitrary = fc.record({
  kind: fc.constant('delete-version' as const),
  key: keyArbitrary,
  pick: pickArbitrary,
  bypass: fc.boolean(),
});

export const stepArbitrary = fc.oneof(
  { weight: 4, arbitrary: putArbitrary },
  { weight: 3, arbitrary: deleteVersionArbitrary },
  fc.record({ kind: fc.constant('delete' as const), key: keyArbitrary }),
  fc.record({
    kind: fc.constant('delete-many' as const),
    objects: fc.array(fc.record({ key: keyArbitrary, pick: fc.option(pickArbitrary, { nil: undefined }) }), {
      minLength: 1,
      maxLength: 6,
    }),
    bypass: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('versioning' as const),
    state: fc.constantFrom('Enabled' as const, 'Suspended' as const),
  }),
  fc.record({
    kind: fc.constant('tags' as const),
    key: keyArbitrary,
    pick: pickArbitrary,
    tag: fc.constantFrom('', 'x'),
  }),
  fc.record({
    kind: fc.constant('retention' as const),
    key: keyArbitrary,
    pick: pickArbitrary,
    retention: retentionArbitrary,
    bypass: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('hold' as const), key: keyArbitrary, pick: pickArbitrary, isOn: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.constantFrom(0, 1, 2) }),
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;
type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;

export async function runStep(step: Step, model: VersionModel, real: Real): Promise<void> {
  switch (step.kind) {
    case 'put':
      return put(step, model, real);
    case 'delete':
      return remove(step, model, real);
    case 'delete-version':
      return removeVersion(step, model, real);
    case 'delete-many':
      return removeMany(step, model, real);
    case 'versioning':
      return setVersioning(step, model, real);
    case 'wait':
      model.nowMs += step.hours * hour + 1;
      real.store.clock.nowMs = model.nowMs;
      return;
    default:
      return update(step, model, real);
  }
}

async function put(step: StepOf<'put'>, model: VersionModel, { store, bucket }: Real): Promise<void> {
  const { key, sizeBytes, etag, condition, isInline } = step;
  const lock =
    model.hasLock && step.retention !== undefined
      ? { mode: step.retention.mode, retainUntilMs: model.nowMs + step.retention.hours * hour }
      : undefined;
  const inline = isInline ? { chunks: [], inlineData: Buffer.from(`${etag} ${sizeBytes}`) } : {};
  const conditions = {
    none: {},
    absent: { condition: { ifNoneMatch: '*' as const } },
    present: { condition: { ifMatch: '*' } },
    etag: { condition: { ifMatch: etag } },
  };
  const version = makeVersion({ sizeBytes, etag, ...inline, ...(lock === undefined ? {} : { lock }) });
  const outcome = await outcomeOf(() =>
    store.catalog.commitObject({ bucket, key, version, event: putEvent, ...conditions[condition] }),
  );
  const refusal = model.checkPut(key, condition, etag);
  if (refusal !== undefined) {
    expect(outcome).toBe(refusal);
    return;
  }
  expect(outcome).toEqual({ versionId: expect.any(String), lastModifiedMs: model.nowMs });
  const id = typeof outcome === 'string' ? outcome : outcome.versionId;
  expect(id === 'null').toBe(model.versioning !== 'Enabled');
  model.add(key, { id, isMarker: false, sizeBytes, etag, tags: {}, lock });
}

async function remove({ key }: StepOf<'delete'>, model: VersionModel, { store, bucket }: Real): Promise<void> {
  const outcome = await store.catalog.deleteObject({ bucket, key, event: deleteEvent });
  expectRemoved(key, outcome, model);
}

interface Removed {
  readonly existed: boolean;
  readonly versionId?: string;
  readonly isDeleteMarker?: boolean;
}

function expectRemoved(key: string, outcome: Removed, model: VersionModel): void {
  const existed = model.current(key) !== undefined;
  if (model.versioning === 'Off') {
    expect(outcome).toEqual({ existed });
    model.forget(key);
    return;
  }
  expect(outcome).toEqual({ existed, versionId: expect.any(String), isDeleteMarker: true });
  const id = outcome.versionId ?? '';
  expect(id === 'null').toBe(model.versioning === 'Suspended');
  model.add(key, { id, isMarker: true, sizeBytes: 0, etag: '', tags: {}, lock: undefined });
}

async function removeVersion(step: StepOf<'delete-version'>, model: VersionModel, { store, bucket }: Real) {
  const { key, pick, bypass } = step;
  const versionId = idOf(model, key, pick);
  const outcome = await outcomeOf(() =>
    store.catalog.deleteObject({ bucket, key, versionId, bypassGovernance: bypass, event: deleteEvent }),
  );
  expect(outcome).toEqual(removeFromModel(model, key, { versionId, bypass }));
}

/** What the answer must be; the version goes from the model unless it is kept. */
function removeFromModel(
  model: VersionModel,
  key: string,
  { versionId, bypass }: { readonly versionId: string; readonly bypass: boolean },
): Removed | Refusal {
  const version = model.versionsOf(key).find(({ id }) => id === versionId);
  if (version === undefined) return { existed: false };
  const refusal = model.checkRemoval(version, bypass);
  if (refusal !== undefined) return refusal;
  model.remove(key, versionId);
  return { existed: true, versionId, ...(version.isMarker ? { isDeleteMarker: true } : {}) };
}

async function removeMany(step: StepOf<'delete-many'>, model: VersionModel, { store, bucket }: Real): Promise<void> {
  const objects = step.objects.map(({ key, pick }) =>
    pick === undefined ? { key } : { key, versionId: idOf(model, key, pick) },
  );
  const request = { bucket, objects, bypassGovernance: step.bypass, event: deleteEvent };
  const outcomes = await store.catalog.deleteObjects(request);
  expect(outcomes).toHaveLength(objects.length);
  for (const [i, outcome] of outcomes.entries()) {
    const { key, versionId } = { versionId: undefined, key: '', ...objects[i] };
    if (versionId !== undefined) {
      const expected = removeFromModel(model, key, { versionId, bypass: step.bypass });
      if (typeof expected === 'string') expect(outcome).toMatchObject({ ok: false, code: expected });
      else expect(outcome).toEqual({ ok: true, ...expected });
    } else if (outcome.ok) {
      const { ok: _ok, ...removed } = outcome;
      expectRemoved(key, removed, model);
    } else expect(outcome).toBe('removed');
  }
}

async function setVersioning({ state }: StepOf<'versioning'>, model: VersionModel, { store, bucket }: Real) {
  const outcome = await outcomeOf(() => store.catalog.putBucketVersioning(bucket, state));
  if (model.hasLock && state === 'Suspended') expect(outcome).toBe('InvalidBucketState');
  else {
    expect(outcome).toBeUndefined();
    model.versioning = state;
  }
}

type UpdateStep = StepOf<'tags'> | StepOf<'retention'> | StepOf<'hold'>;

async function update(step: UpdateStep, model: VersionModel, { store, bucket }: Real): Promise<void> {
  const { key } = step;
  const versionId = idOf(model, key, step.pick);
  const version = model.versionsOf(key).find(({ id }) => id === versionId);
  const retention =
    step.kind === 'retention' && step.retention !== undefined
      ? { mode: step.retention.mode, retainUntilMs: model.nowMs + step.retention.hours * hour }
      : undefined;
  const change = describeChange(step, retention);
  const outcome = await outcomeOf(() =>
    store.catalog.updateVersion({ bucket, key, versionId, change, event: putEvent }),
  );
  const refusal = checkUpdate(step, version, model, retention);
  if (refusal !== undefined || version === undefined) {
    expect(outcome).toBe(refusal);
    return;
  }
  expect(outcome).toMatchObject({ versionId });
  if (step.kind === 'tags') version.tags = step.tag === '' ? {} : { tag: step.tag };
  else if (step.kind === 'hold') version.lock = { ...version.lock, legalHold: step.isOn };
  else {
    const hold = version.lock?.legalHold === undefined ? {} : { legalHold: version.lock.legalHold };
    version.lock = { ...hold, ...retention };
  }
}

function describeChange(
  step: UpdateStep,
  retention: { mode: 'GOVERNANCE' | 'COMPLIANCE'; retainUntilMs: number } | undefined,
) {
  if (step.kind === 'tags') return { kind: 'tags' as const, tags: step.tag === '' ? {} : { tag: step.tag } };
  if (step.kind === 'hold') return { kind: 'legal-hold' as const, isOn: step.isOn };
  const bypassGovernance = step.bypass;
  return { kind: 'retention' as const, bypassGovernance, ...(retention === undefined ? {} : { retention }) };
}

function checkUpdate(
  step: UpdateStep,
  version: ModelVersion | undefined,
  model: VersionModel,
  retention: { mode: 'GOVERNANCE' | 'COMPLIANCE'; retainUntilMs: number } | undefined,
): Refusal | 'InvalidRequest' | undefined {
  if (version === undefined) return 'NoSuchVersion';
  if (version.isMarker) return 'MethodNotAllowed';
  if (step.kind === 'tags') return undefined;
  if (!model.hasLock) return 'InvalidRequest';
  return step.kind === 'retention' ? model.checkRetention(version, retention, step.bypass) : undefined;
}
