/** The settings that every type of target has, and how instances are collected from where they are configured. */
import { isPayloadFormat, type PayloadFormat } from '@needlestack/event-model';
import { QUEUE_LIMIT_DEFAULT } from './limits.ts';
import { SettingError, type SettingReader } from './setting-reader.ts';

/** Types that exist; a type without an adapter here shows up in state error. */
export const TARGET_TYPES = [
  'webhook',
  'kafka',
  'amqp',
  'nats',
  'redis',
  'mqtt',
  'mysql',
  'postgres',
  'postgresql',
  'pulsar',
] as const;

export type TargetType = (typeof TARGET_TYPES)[number];

export const COMMON_KEYS = ['enable', 'comment', 'queue_dir', 'queue_limit', 'payload', 'test_event'] as const;

export interface CommonSettings {
  readonly isEnabled: boolean;
  /** Absolute; empty: straight from the outbox. */
  readonly queueDirectory: string;
  readonly queueLimit: number;
  readonly payload: PayloadFormat;
  /** A test event is sent when rules naming the target are stored. */
  readonly sendsTestEvent: boolean;
}

/** One configured instance, texts as they were given. */
export interface TargetInstance {
  readonly type: TargetType;
  /** Lower case. */
  readonly id: string;
  readonly values: ReadonlyMap<string, string>;
}

/** Stored configuration: `notify_<type>` → instance → key → text. Instance `_` gives defaults to the others. */
export type StoredSettings = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** Type → instance → key → text, from the environment. Instance `_` gives defaults. */
export type SettingTable = ReadonlyMap<TargetType, ReadonlyMap<string, ReadonlyMap<string, string>>>;

const DEFAULTS_ID = '_';
const STORED_PREFIX = 'notify_';

export function isTargetType(text: string): text is TargetType {
  return TARGET_TYPES.some((type) => type === text);
}

/** Throws SettingError. */
export function parseCommonSettings(reader: SettingReader): CommonSettings {
  const payload = reader.text('payload').toLowerCase() || 'log';
  if (!isPayloadFormat(payload)) throw new SettingError('payload', 'is none of log, s3, entity');
  return {
    isEnabled: reader.flag('enable', true),
    queueDirectory: reader.absolutePath('queue_dir'),
    queueLimit: reader.count('queue_limit', 0) || QUEUE_LIMIT_DEFAULT,
    payload,
    sendsTestEvent: reader.flag('test_event', false),
  };
}

/**
 * All instances, in order of type and id. The environment beats what is stored, an instance beats the defaults; the environment makes an
 * instance of its own only by `enable`.
 */
export function collectInstances(stored: StoredSettings, environment: SettingTable): readonly TargetInstance[] {
  const storedTable = readStored(stored);
  return TARGET_TYPES.flatMap((type) => {
    const kept = storedTable.get(type) ?? new Map<string, ReadonlyMap<string, string>>();
    const given = environment.get(type) ?? new Map<string, ReadonlyMap<string, string>>();
    const enabledByEnvironment = [...given].filter(([, values]) => values.has('enable')).map(([id]) => id);
    const ids = new Set([...kept.keys(), ...enabledByEnvironment]);
    ids.delete(DEFAULTS_ID);
    return [...ids].sort().map((id) => ({
      type,
      id,
      values: new Map(
        [kept.get(DEFAULTS_ID), given.get(DEFAULTS_ID), kept.get(id), given.get(id)].flatMap((layer) => [
          ...(layer ?? []),
        ]),
      ),
    }));
  });
}

function readStored(stored: StoredSettings): Map<TargetType, Map<string, Map<string, string>>> {
  const table = new Map<TargetType, Map<string, Map<string, string>>>();
  for (const [subsystem, instances] of Object.entries(stored)) {
    const type = subsystem.startsWith(STORED_PREFIX) ? subsystem.slice(STORED_PREFIX.length) : '';
    if (!isTargetType(type)) throw new SettingError(subsystem, 'is no known subsystem');
    const byId = new Map(
      Object.entries(instances).map(([id, values]) => [id.toLowerCase(), new Map(Object.entries(values))]),
    );
    table.set(type, byId);
  }
  return table;
}
