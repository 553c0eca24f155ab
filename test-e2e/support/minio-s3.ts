import { freePortPair, TEST_CREDENTIALS } from '@needlestack/test-servers';
import { type RunningStore, startOtherStore, statusOf } from './other-store.ts';

/** MinIO's program; tests beside it are skipped without. */
export const MINIO_BINARY = process.env.MINIO_BINARY ?? '';

/** MinIO on one temporary directory, with the credentials of tests. */
export async function startMinio(): Promise<RunningStore> {
  const [port, consolePort] = [await freePortPair(), await freePortPair()];
  const { accessKeyId, secretAccessKey } = TEST_CREDENTIALS;
  const url = `http://127.0.0.1:${port}`;
  return startOtherStore({
    name: 'MinIO',
    program: MINIO_BINARY,
    flags: (directory) => [
      'server',
      `--address=127.0.0.1:${port}`,
      `--console-address=127.0.0.1:${consolePort}`,
      directory,
    ],
    environment: { MINIO_ROOT_USER: accessKeyId, MINIO_ROOT_PASSWORD: secretAccessKey },
    url,
    isReady: async () => (await statusOf(`${url}/minio/health/ready`)) === 200,
  });
}
