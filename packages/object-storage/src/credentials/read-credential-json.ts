import type { Credentials } from './credential-source.ts';

/** Names of the fields, which differ from source to source. */
export interface CredentialFields {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
}

export const METADATA_FIELDS: CredentialFields = {
  accessKeyId: 'AccessKeyId',
  secretAccessKey: 'SecretAccessKey',
  sessionToken: 'Token',
  expiration: 'Expiration',
};

/** Text that is JSON of one object. @throws Error that says what else it is */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('is no JSON object');
  return value as Readonly<Record<string, unknown>>;
}

/** @throws Error that names the field which is missing or unfit; never a value */
export function readCredentials(document: Readonly<Record<string, unknown>>, fields: CredentialFields): Credentials {
  const accessKeyId = textField(document, fields.accessKeyId);
  const secretAccessKey = textField(document, fields.secretAccessKey);
  if (accessKeyId === undefined) throw new Error(`has no ${fields.accessKeyId}`);
  if (secretAccessKey === undefined) throw new Error(`has no ${fields.secretAccessKey}`);
  const sessionToken = textField(document, fields.sessionToken);
  const expiresAtMs = readTime(document[fields.expiration], fields.expiration);
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? undefined : { sessionToken }),
    ...(expiresAtMs === undefined ? undefined : { expiresAtMs }),
  };
}

/** A date as text, or milliseconds. */
function readTime(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const timeMs = typeof value === 'number' ? value : Date.parse(String(value));
  if (Number.isFinite(timeMs)) return timeMs;
  throw new Error(`has an ${name} that is no time`);
}

function textField(document: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = document[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
