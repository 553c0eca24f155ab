import { createHmac, hash } from 'node:crypto';
import type { Endpoint } from './load-message.ts';
import { deriveSigningKey, REGION, type S3Credentials } from './request-signer.ts';

export interface BenchUser {
  readonly arn: string;
  readonly credentials: S3Credentials;
}

/** Makes a user of IAM without any rights, and an access key for it. Rejects with the server's answer. */
export async function createUser(endpoint: Endpoint, name: string): Promise<BenchUser> {
  const user = await callIam(endpoint, 'CreateUser', name);
  const key = await callIam(endpoint, 'CreateAccessKey', name);
  const credentials = {
    accessKeyId: elementOf(key, 'AccessKeyId'),
    secretAccessKey: elementOf(key, 'SecretAccessKey'),
  };
  return { arn: elementOf(user, 'Arn'), credentials };
}

async function callIam({ s3Url, credentials }: Endpoint, action: string, userName: string): Promise<string> {
  const body = new URLSearchParams({ Action: action, UserName: userName, Version: '2010-05-08' }).toString();
  const { host } = new URL(s3Url);
  const amzDate = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const day = amzDate.slice(0, 8);
  const contentType = 'application/x-www-form-urlencoded';
  const signedHeaders = 'content-type;host;x-amz-date';
  const headerLines = `content-type:${contentType}\nhost:${host}\nx-amz-date:${amzDate}\n`;
  const canonical = `POST\n/\n\n${headerLines}\n${signedHeaders}\n${hash('sha256', body, 'hex')}`;
  const scope = `${day}/${REGION}/iam/aws4_request`;
  const signature = createHmac('sha256', deriveSigningKey(credentials.secretAccessKey, day, 'iam'))
    .update(`AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${hash('sha256', canonical, 'hex')}`)
    .digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  const headers = { 'content-type': contentType, 'x-amz-date': amzDate, authorization };
  const response = await fetch(`${s3Url}/`, { method: 'POST', headers, body });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${action} answered ${response.status}: ${text}`);
  return text;
}

function elementOf(document: string, name: string): string {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(document)?.[1];
  if (text === undefined) throw new Error(`no ${name} in ${document}`);
  return text;
}
