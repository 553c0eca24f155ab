import type { StoreCredentials } from '@needlestack/test-servers';
import { signRequest } from '../support/sign-request.ts';
import { POLICY_USER } from './users.ts';

const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

/** Makes the user whose policies the suite writes, with all rights in S3, and a key of theirs. */
export async function makePolicyUser(url: string, root: StoreCredentials): Promise<StoreCredentials> {
  const call = async (action: string, parameters: Readonly<Record<string, string>>): Promise<string> => {
    const body = Buffer.from(new URLSearchParams({ Action: action, UserName: POLICY_USER, ...parameters }).toString());
    const { headers } = signRequest(
      { method: 'POST', path: '/', headers: { 'content-type': CONTENT_TYPE }, body },
      { credentials: root, host: new URL(url).host, service: 'iam' },
    );
    const answer = await fetch(url, { method: 'POST', headers, body });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${action}: ${text}`);
    return text;
  };
  await call('CreateUser', {});
  await call('AttachUserPolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' });
  const made = await call('CreateAccessKey', {});
  const textOf = (element: string): string => new RegExp(`<${element}>([^<]*)<`).exec(made)?.[1] ?? '';
  return { accessKeyId: textOf('AccessKeyId'), secretAccessKey: textOf('SecretAccessKey') };
}
