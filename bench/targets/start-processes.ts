import { startNeedlestackServices } from '@needlestack/test-servers';
import type { Target } from './target.ts';

/** The store with each service in a process of its own, talking over gRPC. */
export async function startProcesses(): Promise<Target> {
  const store = await startNeedlestackServices();
  return {
    endpoint: {
      name: 'store',
      s3Url: store.urlOf('s3'),
      credentials: store.credentials,
      volumeUrl: store.urlOf('volume'),
      masterUrl: store.urlOf('master'),
    },
    pids: store.pids,
    stop: store.stop,
  };
}
