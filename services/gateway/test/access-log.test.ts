/** Access logs: who may be a target, and what is really delivered there. */
import { hash } from 'node:crypto';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

const ACCOUNT = '000000000000';
const logging = (text: string, target = 'logs', prefix = 'log/'): string =>
  `<BucketLoggingStatus><LoggingEnabled><TargetBucket>${target}</TargetBucket><TargetPrefix>${prefix}</TargetPrefix>${text}</LoggingEnabled></BucketLoggingStatus>`;
const OFF = '<BucketLoggingStatus/>';
const statement = (resource: string, condition: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${resource}`,
        Condition: condition,
      },
    ],
  });

let store: TestStore;
const put = (bucket: string, query: string, body: string) => store.client.call('PUT', `/${bucket}`, { query, body });
const read = (bucket: string) => store.client.call('GET', `/${bucket}`, { query: 'logging' });

beforeEach(async () => {
  store = await startTestStore();
  for (const bucket of ['source', 'logs', 'closed']) await store.client.call('PUT', `/${bucket}`);
  await put('logs', 'policy', statement('logs/log/*'));
});
afterEach(() => store.close());

/** Lines of all log objects, each parted into its fields. */
const deliveredLines = async (): Promise<string[][]> => {
  const { client } = store;
  const list = await client.call('GET', '/logs', { query: 'list-type=2' });
  const keys = [...list.text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key ?? '');
  const lines: string[][] = [];
  for (const key of keys) {
    const { text } = await client.call('GET', ['logs', key]);
    for (const line of text.trimEnd().split('\n')) {
      lines.push([...line.matchAll(/\[[^\]]*\]|"[^"]*"|\S+/g)].map(([field]) => field));
    }
  }
  return lines;
};
/** A gateway that stops delivers what it has gathered. */
const deliver = (): Promise<void> => store.restartGateway();

describe('configuration', () => {
  test('is read back until it is switched off', async () => {
    expect((await read('source')).text).toMatch(/<BucketLoggingStatus xmlns="[^"]*"\/?>/);
    expect((await put('source', 'logging', logging(''))).status).toBe(200);
    const kept = await read('source');
    expect([kept.element('TargetBucket'), kept.element('TargetPrefix')]).toEqual(['logs', 'log/']);
    expect((await put('source', 'logging', OFF)).status).toBe(200);
    expect((await read('source')).element('TargetBucket')).toBeUndefined();
  });

  test.each([
    ['missing', 400, 'InvalidTargetBucketForLogging'],
    ['source', 400, 'InvalidArgument'],
    ['closed', 403, 'AccessDenied'],
  ])('the target %s is refused: %i %s', async (target, status, code) => {
    expect(await put('source', 'logging', logging('', target))).toMatchObject({ status, code });
    expect((await read('source')).element('TargetBucket')).toBeUndefined();
  });

  test.each([
    ['the prefix', statement('logs/other/*'), 403],
    ['the source', statement('logs/log/*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::other' } }), 403],
    ['the account', statement('logs/log/*', { StringEquals: { 'aws:SourceAccount': '999999999999' } }), 403],
    ['the service by name', statement('logs/log/*').replace('{"Service":"logging.s3.amazonaws.com"}', '"*"'), 403],
    [
      'nothing',
      statement('logs/log/*', {
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::source' },
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
      }),
      200,
    ],
  ])('a policy that does not let %s in', async (_, policy, status) => {
    await store.client.call('DELETE', '/logs', { query: 'publicAccessBlock' });
    expect((await put('logs', 'policy', policy)).status).toBe(204);
    expect((await put('source', 'logging', logging(''))).status).toBe(status);
  });

  test('a target that is logged, paid by requesters or retained is refused', async () => {
    const refused = { status: 400, code: 'InvalidArgument' };
    await put(
      'logs',
      'requestPayment',
      '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>',
    );
    expect(await put('source', 'logging', logging(''))).toMatchObject(refused);
    await put(
      'logs',
      'requestPayment',
      '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
    );
    await put('closed', 'policy', statement('closed/log/*'));
    await put('logs', 'logging', logging('', 'closed'));
    expect(await put('source', 'logging', logging(''))).toMatchObject(refused);
    await put('logs', 'logging', OFF);
    await store.client.call('PUT', '/locked', { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
    await put('locked', 'policy', statement('locked/log/*'));
    const body =
      '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>';
    const headers = { 'content-md5': hash('md5', body, 'base64') };
    expect((await store.client.call('PUT', '/locked', { query: 'object-lock', body, headers })).status).toBe(200);
    expect(await put('source', 'logging', logging('', 'locked'))).toMatchObject(refused);
  });

  test('a date source that is none is malformed', async () => {
    const format =
      '<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>Moon</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat>';
    expect(await put('source', 'logging', logging(format))).toMatchObject({ status: 400, code: 'MalformedXML' });
  });

  test('grants where no ACL counts are refused', async () => {
    const grants =
      '<TargetGrants><Grant><Grantee><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></TargetGrants>';
    expect(await put('source', 'logging', logging(grants))).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
});

describe('delivery', () => {
  test('each request is a line of 26 fields, in one object', async () => {
    const { client } = store;
    await client.call('PUT', '/source/before', { body: 'x' });
    await put('source', 'logging', logging(''));
    await client.call('PUT', ['source', 'a b'], {
      body: 'twelve bytes',
      headers: { referer: 'http://r', 'user-agent': 'agent 1' },
    });
    await client.call('GET', ['source', 'a b'], { headers: { range: 'bytes=0-3' } });
    await client.call('HEAD', ['source', 'a b']);
    await client.call('GET', '/source/missing');
    await client.call('GET', '/source', { query: 'list-type=2' });
    await client.send('GET', '/source/a%20b', {});
    await client.send('GET', client.presign('GET', '/source/a%20b', 60));
    await client.call('GET', '/logs');
    await deliver();
    const lines = (await deliveredLines()).filter(([, bucket]) => bucket === 'source');
    expect(lines.every((fields) => fields.length === 26)).toBe(true);
    const short = lines.map(
      ([, , , , requester, , operation, key, , status, code, sent, size, , , , , , , version, , auth]) =>
        [operation, key, status, code, sent, size, requester === '-' ? 'nobody' : 'root', version, auth].join(' '),
    );
    expect(short).toEqual([
      'REST.PUT.OBJECT a%20b 200 - - 12 root SigV4 AuthHeader',
      'REST.GET.OBJECT a%20b 206 - 4 12 root SigV4 AuthHeader',
      'REST.HEAD.OBJECT a%20b 200 - - 12 root SigV4 AuthHeader',
      expect.stringMatching(/^REST\.GET\.OBJECT missing 404 NoSuchKey \d+ - root SigV4 AuthHeader$/),
      expect.stringMatching(/^REST\.GET\.BUCKET - 200 - \d+ - root SigV4 AuthHeader$/),
      expect.stringMatching(/^REST\.GET\.OBJECT a%20b 403 AccessDenied \d+ - nobody - -$/),
      'REST.GET.OBJECT a%20b 200 - 12 12 root SigV4 QueryString',
    ]);
    const [first = []] = lines;
    expect(first[8]).toBe('"PUT /source/a%20b HTTP/1.1"');
    expect([first[15], first[16], first[3]]).toEqual(['"http://r"', '"agent 1"', '127.0.0.1']);
  });

  test('a request with many keys has a line for each', async () => {
    const { client } = store;
    await put('source', 'logging', logging(''));
    const body = '<Delete><Object><Key>a</Key></Object><Object><Key>../b</Key></Object></Delete>';
    await client.call('POST', '/source', {
      query: 'delete',
      body,
      headers: { 'content-md5': hash('md5', body, 'base64') },
    });
    await deliver();
    const lines = (await deliveredLines()).map((fields) => [fields[6], fields[7], fields[9], fields[10]].join(' '));
    expect(lines).toEqual([
      'REST.POST.MULTI_OBJECT_DELETE - 200 -',
      'BATCH.DELETE.OBJECT a 204 -',
      'BATCH.DELETE.OBJECT ../b 403 InvalidURI',
    ]);
  });

  test('keys are simple or partitioned', async () => {
    const format =
      '<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>EventTime</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat>';
    await put('source', 'logging', logging(format));
    await store.client.call('GET', '/source');
    await deliver();
    await put('source', 'logging', logging(''));
    await store.client.call('GET', '/source');
    await deliver();
    const list = await store.client.call('GET', '/logs', { query: 'list-type=2' });
    const keys = [...list.text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
    // The request that changes the configuration is still logged by the former one.
    expect(keys.slice(1)).toEqual([
      expect.stringMatching(
        /^log\/000000000000\/us-east-1\/source\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\d-00-00-00-[0-9A-F]{16}$/,
      ),
      expect.stringMatching(/^log\/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$/),
    ]);
  });

  test('sources that share a target share its objects, and only those that it names', async () => {
    await store.client.call('PUT', '/stranger');
    await put('source', 'logging', logging(''));
    await put('stranger', 'logging', logging(''));
    await store.client.call('GET', '/stranger');
    await store.client.call('GET', '/source');
    await put('logs', 'policy', statement('logs/log/*', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::source' } }));
    await deliver();
    expect((await deliveredLines()).map(([, bucket]) => bucket)).toEqual(['source']);
  });

  test('a target that encrypts by default gets no line in the clear', async () => {
    const rule =
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
    const body = `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
    expect((await put('logs', 'encryption', body)).status).toBe(200);
    await put('source', 'logging', logging(''));
    await store.client.call('GET', '/source/very-secret-name');
    await deliver();
    expect((await deliveredLines()).map((fields) => fields[7])).toEqual(['very-secret-name']);
    const inTheClear = [...store.volumes.needles.values()].filter((needle) =>
      Buffer.from(needle).includes('very-secret'),
    );
    expect(inTheClear).toEqual([]);
  });

  test('a target whose policy went gets nothing any more', async () => {
    await put('source', 'logging', logging(''));
    await store.client.call('GET', '/source');
    await store.client.call('DELETE', '/logs', { query: 'policy' });
    await deliver();
    expect(await deliveredLines()).toEqual([]);
  });
});
