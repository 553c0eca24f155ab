/**
 * `node test-e2e/copy/run-kill-copy.ts [objects] [kills]`: copies many objects (10,000), kills the copy (3 times) and prints what came of
 * it, as JSON. Ends with 1 when anything was copied twice or differs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startNeedlestack } from '@needlestack/test-servers';
import { CountingProxy } from './counting-proxy.ts';
import { killCopy } from './kill-copy.ts';

const [objects = '10000', kills = '3'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'needlestack-copy-'));
const store = await startNeedlestack();
const storeUrl = store.urlOf('s3');
const { credentials } = store;
const s3 = new S3Client({ endpoint: storeUrl, region: 'us-east-1', credentials, forcePathStyle: true });
await s3.send(new CreateBucketCommand({ Bucket: 'copy' }));
s3.destroy();
const proxy = await CountingProxy.start(storeUrl);
const figures = await killCopy({
  storeUrl,
  proxy,
  credentials,
  bucket: 'copy',
  objects: Number(objects),
  kills: Number(kills),
  manifestDirectory: join(directory, 'manifest'),
});
await proxy.close();
await store.stop();
rmSync(directory, { recursive: true, force: true });
const { copiedTwice, different, ...rest } = figures;
console.log(JSON.stringify({ ...rest, copiedTwice: copiedTwice.length, different: different.length }, null, 2));
process.exitCode = copiedTwice.length === 0 && different.length === 0 && figures.outcome.complete ? 0 : 1;
