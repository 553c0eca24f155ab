import { createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService, type VolumeService, type VolumeServiceOptions } from '../../src/index.ts';
import { tempDirectory } from './test-volumes.ts';

export interface TestService extends VolumeService {
  readonly url: string;
  readonly path: string;
  readonly client: GrpcClient<VolumeServer>;
}

const running: TestService[] = [];

/** Stops what this file's test has started, in reverse order. */
afterEach(async () => {
  for (const service of running.splice(0).reverse()) {
    service.client.close();
    await service.close(0);
  }
});

/** A volume server on free ports of this machine, over a directory of its own unless one is given. */
export async function startTestService(options: Partial<VolumeServiceOptions> = {}): Promise<TestService> {
  const path = options.directories?.[0]?.path ?? tempDirectory();
  const service = await startVolumeService({ directories: [{ path, volumesMax: 20 }], ...options });
  const client = createGrpcClient<VolumeServer>({
    ...(options.security?.authToken === undefined ? {} : { authToken: options.security.authToken }),
    address: `127.0.0.1:${service.grpcPort}`,
    protos: loadProtos(['volume_server.proto']),
    service: 'volume_server_pb.VolumeServer',
  });
  const started = { ...service, path, client, url: `http://127.0.0.1:${service.httpPort}` };
  running.push(started);
  return started;
}

/** The same with volume 1 allocated. */
export async function startWithVolume(options: Partial<VolumeServiceOptions> = {}): Promise<TestService> {
  const service = await startTestService(options);
  await service.client.call.AllocateVolume({ volume_id: 1, version: 3 });
  return service;
}
