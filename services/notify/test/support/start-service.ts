import { createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { Notify } from '@needlestack/rpc/wire/needlestack-notify';
import { type NotifyConfig, readNotifyConfig } from '../../src/config.ts';
import type { OutboxPort } from '../../src/core/ports.ts';
import { type NotifyService, type NotifyServiceOptions, startNotifyService } from '../../src/wiring.ts';

export interface StartedService {
  readonly service: NotifyService;
  readonly client: GrpcClient<Notify>;
  close(): Promise<void>;
}

/** Environment of one webhook target, and quick retries. */
export function webhookEnvironment(
  endpoint: string,
  more: Record<string, string> = {},
  id = '1',
): Record<string, string> {
  const settings = { ENABLE: 'on', ENDPOINT: endpoint, RETRY_INTERVAL: '20ms', ...more };
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`NEEDLESTACK_NOTIFY_WEBHOOK_${key}_${id}`, value]),
  );
}

export async function startService(
  outbox: OutboxPort,
  dataDirectory: string,
  environment: Record<string, string>,
  more: Partial<NotifyServiceOptions> = {},
): Promise<StartedService> {
  const config: NotifyConfig = readNotifyConfig(environment);
  const service = await startNotifyService({ outbox, dataDirectory, region: 'us-east-1', config, ...more });
  const client = createGrpcClient<Notify>({
    address: `127.0.0.1:${service.grpcPort}`,
    protos: loadProtos(['notify.proto']),
    service: 'needlestack_notify.Notify',
  });
  return {
    service,
    client,
    close: async () => {
      client.close();
      await service.close(2_000);
    },
  };
}
