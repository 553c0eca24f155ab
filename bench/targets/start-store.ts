import { startNeedlestack } from '@needlestack/test-servers';
import { PLAIN_BY_DEFAULT } from './plain-by-default.ts';
import type { Target } from './target.ts';

/** The store with all its services in one process, on a new temporary directory. With a directory for profiles, it writes them at its end. */
export async function startStore(profileDirectory: string | undefined): Promise<Target> {
  const store = await startNeedlestack({
    flags: PLAIN_BY_DEFAULT,
    ...(profileDirectory === undefined
      ? {}
      : { environment: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDirectory}` } }),
  });
  return {
    endpoint: {
      name: 'store',
      s3Url: store.urlOf('s3'),
      credentials: store.credentials,
      volumeUrl: store.urlOf('volume'),
      masterUrl: store.urlOf('master'),
    },
    pids: [store.pid],
    stop: store.stop,
  };
}
