/** The only place that reads the environment. */
import { commonFlags, optionalFlag, portFlag, textFlag } from '@needlestack/service-kit';
import { QUEUE_LEASE_MS, SENDS_IN_FLIGHT_DEFAULT, TARGET_STREAMS_DEFAULT } from './core/limits.ts';
import { readTargetEnvironment } from './core/read-target-environment.ts';
import { parseSwitch, SettingError, SettingReader } from './core/setting-reader.ts';
import { collectInstances, type StoredSettings, type TargetInstance } from './core/target-settings.ts';
import { targetKeysByType } from './peers/target-factories.ts';

/** Flags of `needlestack notify`; the command adds a prefix when it runs all services. */
export const notifyFlags = {
  ...commonFlags,
  dir: textFlag('./data/notify', 'directory for queues, dead letters and the history of rules'),
  ip: textFlag('127.0.0.1', 'address to listen on'),
  port: portFlag(9500, 'HTTP port: health and metrics'),
  'port.grpc': optionalFlag(portFlag(0, 'gRPC port of the notify service; HTTP port + 10000 when not set')),
  region: textFlag('us-east-1', 'region in the ARNs of targets and in records'),
  catalog: textFlag('127.0.0.1:9400', 'HTTP address of the catalog'),
} as const;

const LEASE_VARIABLE = 'NEEDLESTACK_NOTIFY_QUEUE_LEASE';

export interface NotifyConfig {
  /** Off: rules are followed and live events stream, no target is loaded, cursors follow the head. */
  readonly isEnabled: boolean;
  readonly targets: readonly TargetInstance[];
  readonly sendsMax: number;
  readonly targetStreamsMax: number;
  /** Queue files are Snappy blocks. */
  readonly isCompressing: boolean;
  /** Set: queues of targets live in this Redis (BullMQ), not in files. */
  readonly queueRedisUrl: string;
  /** How long a dead process keeps its targets from the next one, when queues live in Redis. */
  readonly queueLeaseMs: number;
  /** `eventSource` of records. */
  readonly eventSource: string;
}

/**
 * Reads the environment: the switches below, and targets as `NEEDLESTACK_NOTIFY_<TYPE>_<KEY>_<ID>`.
 * Throws SettingError, which names the variable.
 */
export function readNotifyConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  stored: StoredSettings = {},
): NotifyConfig {
  const text = (name: string): string => environment[name]?.trim() ?? '';
  const read = (name: string): string => readWithAlias(environment, name);
  return {
    isEnabled: readSwitch('NEEDLESTACK_NOTIFY_ENABLE', read('NOTIFY_ENABLE'), true),
    targets: collectInstances(stored, readTargetEnvironment(environment, targetKeysByType())),
    sendsMax: readLimit('SEND_CONCURRENCY', read('NOTIFY_SEND_CONCURRENCY'), SENDS_IN_FLIGHT_DEFAULT),
    targetStreamsMax: readLimit(
      'TARGET_STREAM_CONCURRENCY',
      read('NOTIFY_TARGET_STREAM_CONCURRENCY'),
      TARGET_STREAMS_DEFAULT,
    ),
    isCompressing: readSwitch('NEEDLESTACK_TARGET_STORE_COMPRESS', read('TARGET_STORE_COMPRESS'), true),
    queueRedisUrl: text('NEEDLESTACK_NOTIFY_QUEUE_REDIS_URL'),
    queueLeaseMs: new SettingReader(new Map([[LEASE_VARIABLE, text(LEASE_VARIABLE)]]), [LEASE_VARIABLE]).durationMs(
      LEASE_VARIABLE,
      QUEUE_LEASE_MS,
    ),
    eventSource: text('NEEDLESTACK_NOTIFY_EVENT_SOURCE') || 'needlestack:s3',
  };
}

/** Ours, or the other store's spelling of it; both set and different is refused. */
function readWithAlias(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const ours = environment[`NEEDLESTACK_${name}`]?.trim() ?? '';
  const alias = environment[`RUSTFS_${name}`]?.trim() ?? '';
  if (ours !== '' && alias !== '' && ours !== alias) {
    throw new SettingError(`NEEDLESTACK_${name}`, `and RUSTFS_${name} are both set and differ`);
  }
  return ours || alias;
}

function readSwitch(name: string, text: string, defaultValue: boolean): boolean {
  return text === '' ? defaultValue : parseSwitch(name, text);
}

/** 0 means the default: none at all would stop every delivery. */
function readLimit(name: string, text: string, defaultValue: number): number {
  if (text === '') return defaultValue;
  if (!/^\d{1,6}$/.test(text)) throw new SettingError(`NEEDLESTACK_NOTIFY_${name}`, 'is not a whole number');
  return Number(text) || defaultValue;
}
