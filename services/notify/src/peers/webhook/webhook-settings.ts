/** Settings of a webhook target, checked before anything is built. */
import { BACKOFF_BASE_MS, DELIVERY_TIMEOUT_MS } from '../../core/limits.ts';
import { SettingError, type SettingReader } from '../../core/setting-reader.ts';
import { AddressRefused, checkEndpointHost } from './endpoint-guard.ts';

export const WEBHOOK_KEYS = [
  'endpoint',
  'auth_token',
  'client_cert',
  'client_key',
  'client_ca',
  'skip_tls_verify',
  'batch_size',
  'http_timeout',
  'max_retry',
  'retry_interval',
] as const;

export interface WebhookSettings {
  readonly endpoint: URL;
  /** Empty: no Authorization header. */
  readonly authToken: string;
  /** Absolute paths of PEM files; empty when not given. */
  readonly clientCertPath: string;
  readonly clientKeyPath: string;
  readonly clientCaPath: string;
  readonly skipTlsVerify: boolean;
  readonly timeoutMs: number;
  /** 0: no end. */
  readonly retriesMax: number;
  readonly retryIntervalMs: number;
}

/** Throws SettingError, which names the key. */
export function parseWebhookSettings(reader: SettingReader): WebhookSettings {
  const endpoint = parseEndpoint(reader.text('endpoint'));
  const settings: WebhookSettings = {
    endpoint,
    authToken: reader.text('auth_token'),
    clientCertPath: reader.absolutePath('client_cert'),
    clientKeyPath: reader.absolutePath('client_key'),
    clientCaPath: reader.absolutePath('client_ca'),
    skipTlsVerify: reader.flag('skip_tls_verify', false),
    timeoutMs: Math.min(reader.durationMs('http_timeout', DELIVERY_TIMEOUT_MS), DELIVERY_TIMEOUT_MS),
    retriesMax: reader.count('max_retry', 0),
    retryIntervalMs: reader.durationMs('retry_interval', BACKOFF_BASE_MS),
  };
  if (/[\r\n]/.test(settings.authToken)) throw new SettingError('auth_token', 'holds a line break');
  if (settings.timeoutMs === 0) throw new SettingError('http_timeout', 'must be above 0');
  if (reader.count('batch_size', 1) !== 1) throw new SettingError('batch_size', 'must be 1: each event is one request');
  checkTlsKeys(settings);
  return settings;
}

function parseEndpoint(text: string): URL {
  const endpoint = URL.parse(text);
  if (endpoint === null) throw new SettingError('endpoint', text === '' ? 'is missing' : 'is not a URL');
  if (endpoint.protocol !== 'http:' && endpoint.protocol !== 'https:') {
    throw new SettingError('endpoint', 'is neither http nor https');
  }
  if (endpoint.username !== '' || endpoint.password !== '') {
    throw new SettingError('endpoint', 'holds credentials; use auth_token');
  }
  try {
    checkEndpointHost(endpoint);
  } catch (error) {
    if (error instanceof AddressRefused) throw new SettingError('endpoint', error.message);
    throw error;
  }
  return endpoint;
}

function checkTlsKeys(settings: WebhookSettings): void {
  const { clientCertPath, clientKeyPath, clientCaPath, skipTlsVerify, endpoint } = settings;
  if ((clientCertPath === '') !== (clientKeyPath === '')) {
    throw new SettingError(clientCertPath === '' ? 'client_cert' : 'client_key', 'is missing: both or none');
  }
  if (skipTlsVerify && clientCaPath !== '') throw new SettingError('skip_tls_verify', 'excludes client_ca');
  if (endpoint.protocol === 'https:') return;
  const paths = { client_cert: clientCertPath, client_key: clientKeyPath, client_ca: clientCaPath };
  for (const [key, path] of Object.entries(paths)) {
    if (path !== '') throw new SettingError(key, 'needs an https endpoint');
  }
  if (skipTlsVerify) throw new SettingError('skip_tls_verify', 'needs an https endpoint');
}
