import { startNeedlestack } from '@needlestack/test-servers';
import type { Target } from './target.ts';

/** The store with all its services in one process, on a new temporary directory. */
export async function startStore(directory?: string): Promise<Target> {
  const store = await startNeedlestack(directory === undefined ? {} : { directory });
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
