import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGrpcCatalog } from '@needlestack/service-contracts';
import { startNeedlestack } from '@needlestack/test-servers';

const GRPC_OFFSET = 10_000;

test('the example in README.md runs and prints what it should', async () => {
  const packageFolder = fileURLToPath(new URL('..', import.meta.url));
  const store = await startNeedlestack();
  try {
    const address = `127.0.0.1:${store.ports.catalog + GRPC_OFFSET}`;
    const catalog = createGrpcCatalog({ address });
    await catalog.createBucket({ name: 'photos', ownerId: '1', region: 'us-east-1', objectLockEnabled: false });
    await catalog.commitObject({
      bucket: 'photos',
      key: 'cat',
      version: {
        sizeBytes: 1,
        etag: '0cc175b9c0f1b6a831c399e269772661',
        systemHeaders: {},
        userMetadata: {},
        chunks: [],
        inlineData: Buffer.from('a'),
        ownerId: '1',
      },
      event: {
        eventName: 'ObjectCreated:Put',
        requestId: '1',
        principalId: '1',
        sourceIpAddress: '127.0.0.1',
        userAgent: 'test',
      },
    });
    catalog.close();
    const readme = readFileSync(`${packageFolder}/README.md`, 'utf8');
    const example = (/```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '').replace('127.0.0.1:19400', address);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module-typescript', '--eval', example],
      { cwd: packageFolder },
    );
    expect(stdout).toBe("photos true\n16 [ 'cat before 1' ]\n");
  } finally {
    await store.stop();
  }
});
