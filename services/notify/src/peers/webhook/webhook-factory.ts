import { readFile } from 'node:fs/promises';
import { SettingError } from '../../core/setting-reader.ts';
import { systemCodeOf } from '../../core/system-code.ts';
import type { TargetFactory } from '../target-factory.ts';
import { parseWebhookSettings, WEBHOOK_KEYS } from './webhook-settings.ts';
import { createWebhookTarget, type WebhookTls } from './webhook-target.ts';

export const webhookFactory: TargetFactory = {
  keys: WEBHOOK_KEYS,
  create: async (reader, clock) => {
    const settings = parseWebhookSettings(reader);
    const pems = await Promise.all([
      readPem('client_cert', settings.clientCertPath),
      readPem('client_key', settings.clientKeyPath),
      readPem('client_ca', settings.clientCaPath),
    ]);
    const [cert, key, ca] = pems;
    const tls: WebhookTls = {
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(ca !== undefined && { ca }),
    };
    return {
      target: createWebhookTarget(settings, tls, clock),
      retry: { baseMs: settings.retryIntervalMs, retriesMax: settings.retriesMax },
    };
  },
};

async function readPem(key: string, path: string): Promise<string | undefined> {
  if (path === '') return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SettingError(key, `names a file that cannot be read (${systemCodeOf(cause)})`);
  }
}
