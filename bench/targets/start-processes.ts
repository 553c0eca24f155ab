import { join } from 'node:path';
import { startNeedlestackServices } from '@needlestack/test-servers';
import { PLAIN_BY_DEFAULT } from './plain-by-default.ts';
import type { Target } from './target.ts';

/**
 * The store with each service in a process of its own, talking over gRPC. With a directory for profiles, each writes its own into a
 * folder there at its end.
 */
export async function startProcesses(profileDirectory: string | undefined): Promise<Target> {
  const store = await startNeedlestackServices({
    gatewayFlags: PLAIN_BY_DEFAULT,
    ...(profileDirectory === undefined
      ? {}
      : {
          environmentOf: (service) => ({
            NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${join(profileDirectory, service)}`,
          }),
        }),
  });
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
