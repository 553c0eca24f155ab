import type { GetMasterConfigurationResponseInit } from '@needlestack/rpc/wire/master-pb';
import { formatMasterAddress, type Master } from '../core/master.ts';

const METRICS_INTERVAL_SECONDS = 15;

/** What a volume server asks for before it starts. Metrics are scraped, not pushed: there is no metrics address. */
export const getMasterConfiguration = (master: Master) => (): GetMasterConfigurationResponseInit => ({
  metrics_interval_seconds: METRICS_INTERVAL_SECONDS,
  default_replication: master.settings.defaultReplication,
  leader: formatMasterAddress(master.address()),
  volume_size_limit_m_b: master.settings.volumeSizeLimitMb,
  volume_preallocate: master.settings.volumePreallocate,
});
