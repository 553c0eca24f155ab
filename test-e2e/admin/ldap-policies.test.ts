/** A store with a directory, as an operator sets it up: flags, a file of options, `needlestack admin ldap-policies`, and a user who logs in. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { findServer, NEEDLESTACK_COMMAND, type RunningServer } from '@needlestack/test-servers';
import { Client } from 'ldapts';
import { REGION, storeUnderTest } from '../support/store-under-test.ts';

const slapd = findServer('slapd');
const scratch = mkdtempSync(join(tmpdir(), 'needlestack-ldap-'));
const [optionsPath, passwordPath] = [join(scratch, 'options.toml'), join(scratch, 'reader')];

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly error: string;
}

slapd.describe('needlestack admin ldap-policies', () => {
  let server: RunningServer;
  let client: Client;
  let base = '';
  let alice = '';

  beforeAll(async () => {
    server = await slapd.start();
    const { username, password, pathname, host } = new URL(server.url);
    const suffix = pathname.slice(1);
    client = new Client({ url: `ldap://${host}` });
    await client.bind(decodeURIComponent(username), decodeURIComponent(password));
    base = `ou=needlestack-${randomUUID()},${suffix}`;
    alice = `uid=alice,${base}`;
    await client.add(base, { objectClass: 'organizationalUnit' });
    const person = { objectClass: 'inetOrgPerson', uid: 'alice', cn: 'Alice', sn: 'A', userPassword: 'of-alice' };
    await client.add(alice, person);
    await client.add(`cn=staff,${base}`, { objectClass: 'groupOfNames', cn: 'staff', member: alice });
    writeFileSync(passwordPath, `${decodeURIComponent(password)}\n`);
    writeFileSync(
      optionsPath,
      `[ldap]\nurl = "ldap://${host}"\nbindDN = "${decodeURIComponent(username)}"\nbindPasswordFile = "${passwordPath}"\n` +
        `[ldap.user]\nbase = "${base}"\n`,
    );
  });

  const store = storeUnderTest(() => ({
    flags: [`-options=${optionsPath}`],
    environment: { NEEDLESTACK_LDAP_GROUP_BASE: base },
  }));

  afterAll(async () => {
    for (const dn of [`cn=staff,${base}`, alice, base]) await client.del(dn);
    await client.unbind();
    await server.stop();
    rmSync(scratch, { recursive: true });
  });

  const admin = (...flags: string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const args = ['admin', 'ldap-policies', `-catalog=127.0.0.1:${store.process.ports.catalog}`, ...flags];
      const child = execFile(NEEDLESTACK_COMMAND, args, (_error, text, error) =>
        resolve({ status: child.exitCode ?? -1, text, error }),
      );
    });
  const logIn = async (password: string) => {
    const form = {
      Action: 'AssumeRoleWithLDAPIdentity',
      Version: '2011-06-15',
      LDAPUsername: 'alice',
      LDAPPassword: password,
    };
    const answer = await fetch(`${store.url}/`, { method: 'POST', body: new URLSearchParams(form) });
    const text = await answer.text();
    const element = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(text)?.[1] ?? '';
    return { status: answer.status, element };
  };

  test('attached, listed, used, detached', async () => {
    expect((await admin()).text).toBe('no policies are attached\n');
    expect((await logIn('of-alice')).status).toBe(403);
    const staff = `CN=Staff, ${base}`;
    const attached = await admin(`-dn=${staff}`, '-attach=AmazonS3FullAccess');
    expect(attached).toEqual({
      status: 0,
      text: `cn=staff,${base}\n  arn:aws:iam::aws:policy/AmazonS3FullAccess\n`,
      error: '',
    });
    const { status, element } = await logIn('of-alice');
    expect(status).toBe(200);
    const credentials = {
      accessKeyId: element('AccessKeyId'),
      secretAccessKey: element('SecretAccessKey'),
      sessionToken: element('SessionToken'),
    };
    const s3 = new S3Client({ endpoint: store.url, region: REGION, credentials, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'by-alice' }));
    expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(['by-alice']);
    s3.destroy();
    expect((await logIn('of-bob')).element('Code')).toBe('AccessDenied');
    writeFileSync(passwordPath, 'another');
    expect((await logIn('of-alice')).element('Code')).toBe('IDPCommunicationError');
    const json = JSON.parse((await admin('-o=json')).text);
    expect(json).toMatchObject([
      { dn: `cn=staff,${base}`, attachedPolicyArns: [expect.stringContaining('S3FullAccess')] },
    ]);
    expect((await admin(`-dn=${staff}`, '-detach=AmazonS3FullAccess')).text).toBe('no policies are attached\n');
  });

  test.each([
    [1, 'is not attached', ['-dn=cn=staff,dc=x', '-detach=AmazonS3FullAccess']],
    [2, '-dn is missing', ['-attach=AmazonS3FullAccess']],
  ] as const)('ends with %d: %s', async (status, message, flags) => {
    expect(await admin(...flags)).toEqual({ status, text: '', error: expect.stringContaining(message) });
  });
});
