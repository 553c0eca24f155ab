export {
  type NotifyConfig,
  notifyFlags,
  readNotifyConfig,
} from './config.ts';
export type { DeliveryEvents, OutboxPort } from './core/ports.ts';
export { SettingError } from './core/setting-reader.ts';
export type { StoredSettings, TargetInstance } from './core/target-settings.ts';
export { type NotifyService, type NotifyServiceOptions, startNotifyService } from './wiring.ts';
