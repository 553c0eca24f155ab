// `node services/gateway/test/upload-races/race-uploads.ts [races] [seed]`: 1,000 races of CompleteMultipartUpload unless told otherwise.
import { runUploadRaces } from './run-upload-races.ts';

const DEFAULT_RACES = 1_000;

const races = Number(process.argv[2] ?? DEFAULT_RACES);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
process.stdout.write(`seed ${seed}\n`);
const startMs = performance.now();
await runUploadRaces({ races, seed });
const seconds = (performance.now() - startMs) / 1_000;
process.stdout.write(`${races} races in ${seconds.toFixed(1)} s: every ETag fits its bytes, no needle lost or left\n`);
