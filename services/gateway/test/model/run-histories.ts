/**
 * Long random histories of buckets, the store against the model; a failure names its seed and step. Where the model is not AWS is told in
 * DIFFERENCES.md.
 */
import assert from 'node:assert/strict';
import { SeededRandom } from '@needlestack/fuzz';
import { startTestStore } from '../support/start-test-store.ts';
import { BucketModel } from './bucket-model.ts';
import { listObjects, listObjectsV1, listVersions } from './list-operations.ts';
import type { ModelRun } from './model-run.ts';
import { changeTags, readTags, setLegalHold, setRetention } from './property-operations.ts';
import { readObject } from './read-operations.ts';
import { abortUpload, completeUpload, createUpload, listParts, listUploads, uploadPart } from './upload-operations.ts';
import { copyObject, deleteObject, deleteObjects, putObject, setVersioning } from './write-operations.ts';

type Step = (run: ModelRun) => Promise<void>;

/** Those named more than once come more often. */
const STEPS: readonly Step[] = [
  ...Array<Step>(5).fill(putObject),
  ...Array<Step>(5).fill(readObject),
  ...Array<Step>(3).fill(deleteObject),
  ...Array<Step>(2).fill(deleteObjects),
  ...Array<Step>(2).fill(copyObject),
  ...[createUpload, uploadPart, uploadPart, completeUpload, completeUpload, abortUpload, listParts, listUploads],
  ...[changeTags, readTags, setRetention, setLegalHold],
  ...[listObjects, listObjectsV1, listVersions],
];

/** Buckets that never have versions, that have them now and then, and that have object lock. */
const KINDS = ['plain', 'versions', 'lock'] as const;
/** A new bucket for so many operations: locked versions never go. */
const STEPS_PER_BUCKET = 500;

export interface Histories {
  readonly operations: number;
  readonly seed: number;
}

/** @throws Error at the first difference between store and model */
export async function runHistories({ operations, seed }: Histories): Promise<void> {
  const store = await startTestStore();
  try {
    for (let from = 0; from < operations; from += STEPS_PER_BUCKET) {
      const number = from / STEPS_PER_BUCKET;
      const kind = KINDS[number % KINDS.length] ?? 'plain';
      const bucket = `model-${number}`;
      const headers = kind === 'lock' ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {};
      assert.equal((await store.client.call('PUT', `/${bucket}`, { headers })).status, 200);
      const run: ModelRun = {
        client: store.client,
        bucket,
        model: new BucketModel(kind === 'lock'),
        random: new SeededRandom(seed + number),
      };
      const steps = kind === 'plain' ? STEPS : [...STEPS, setVersioning];
      await runSteps(run, steps, Math.min(STEPS_PER_BUCKET, operations - from)).catch((error: unknown) => {
        throw new Error(`seed ${seed}, ${kind} bucket ${number}, ${error}`, { cause: error });
      });
    }
  } finally {
    await store.close();
  }
}

async function runSteps(run: ModelRun, steps: readonly Step[], count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const step = run.random.pick(steps);
    try {
      await step(run);
    } catch (error) {
      throw new Error(`step ${index}, ${step.name}: ${error}`, { cause: error });
    }
  }
}
