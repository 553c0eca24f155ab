/** Long random histories of one bucket, the store against the model; a failure names its seed and step. */
import { startTestStore, type TestStore } from '../support/start-test-store.ts';
import { BucketModel } from './bucket-model.ts';
import {
  changeTags,
  completeUpload,
  copyObject,
  deleteObject,
  deleteObjects,
  listObjects,
  listVersions,
  type ModelRun,
  putObject,
  readObject,
  setVersioning,
} from './model-operations.ts';
import { RandomSource } from './random-source.ts';

/** More of them: `NEEDLESTACK_MODEL_OPERATIONS=100000`. */
const OPERATIONS = Number(process.env.NEEDLESTACK_MODEL_OPERATIONS ?? 800);
const SEEDS = [1, 2, 3, 4];

const STEPS = [
  putObject,
  putObject,
  putObject,
  copyObject,
  completeUpload,
  readObject,
  readObject,
  readObject,
  deleteObject,
  deleteObjects,
  changeTags,
  setVersioning,
  listObjects,
  listVersions,
];

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

test.each(SEEDS)(
  'seed %d',
  async (seed) => {
    const bucket = `model-${seed}`;
    expect((await store.client.call('PUT', `/${bucket}`)).status).toBe(200);
    const run: ModelRun = { client: store.client, bucket, model: new BucketModel(), random: new RandomSource(seed) };
    // Half of the histories never have versions.
    const steps = seed % 2 === 0 ? STEPS.filter((step) => step !== setVersioning) : STEPS;
    for (let index = 0; index < OPERATIONS / SEEDS.length; index += 1) {
      const step = run.random.pick(steps);
      try {
        await step(run);
      } catch (error) {
        throw new Error(`seed ${seed}, step ${index}: ${step.name}`, { cause: error });
      }
    }
  },
  600_000,
);
