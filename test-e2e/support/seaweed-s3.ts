import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePortPair, TEST_CREDENTIALS } from '@needlestack/test-servers';
import { type RunningStore, startOtherStore, statusOf } from './other-store.ts';

/** SeaweedFS's program; tests beside it are skipped without. */
export const WEED_BINARY = process.env.WEED_BINARY ?? '';

/** SeaweedFS with its S3 gateway in one process on a temporary directory, with the credentials of tests. */
export async function startSeaweedS3(): Promise<RunningStore> {
  const [master, volume, filer, s3] = [
    await freePortPair(),
    await freePortPair(),
    await freePortPair(),
    await freePortPair(),
  ];
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = TEST_CREDENTIALS;
  const identity = { name: 'test', credentials: [{ accessKey, secretKey }], actions: ['Admin'] };
  const places = { '-master.port': master, '-volume.port': volume, '-filer.port': filer, '-s3.port': s3 };
  const url = `http://127.0.0.1:${s3}`;
  return startOtherStore({
    name: 'SeaweedFS',
    program: WEED_BINARY,
    flags: (directory) => {
      const identities = join(directory, 'identities.json');
      writeFileSync(identities, JSON.stringify({ identities: [identity] }));
      return [
        `-logdir=${directory}`,
        'server',
        '-ip=127.0.0.1',
        '-ip.bind=127.0.0.1',
        `-dir=${directory}`,
        '-filer',
        '-s3',
        '-volume.max=100',
        '-master.telemetry=false',
        // Their ports are fixed by default, and one that is taken ends the process.
        '-s3.port.iceberg=0',
        '-s3.port.lance=0',
        `-s3.config=${identities}`,
        ...Object.entries(places).map(([flag, port]) => `${flag}=${port}`),
      ];
    },
    environment: {},
    url,
    // It answers before its volume server is known to its master; a first file id says that it is.
    isReady: async () =>
      (await statusOf(`http://127.0.0.1:${master}/dir/assign`)) === 200 && (await statusOf(url)) !== 0,
  });
}
