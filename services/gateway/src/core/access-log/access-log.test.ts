import { parseQuery } from '@needlestack/s3-protocol';
import { AccessLogs, type LogBatch } from './access-logs.ts';
import { type LogDestination, nameLogObject } from './log-key.ts';
import { logOperationName } from './log-operation.ts';
import { formatLogRecord, type LogRecord } from './log-record.ts';

const destination = (keyFormat?: LogDestination['target']['keyFormat'], bucket = 'source'): LogDestination => ({
  source: { bucket, accountId: '111111111111', region: 'us-east-1' },
  target: { targetBucket: 'logs', targetPrefix: 'log/', targetGrants: undefined, keyFormat },
});
const BY_EVENT = { simple: undefined, partitioned: { dateSource: 'EventTime' as const } };
const BY_DELIVERY = { simple: undefined, partitioned: { dateSource: 'DeliveryTime' as const } };

const RECORD: LogRecord = {
  bucketOwner: 'owner',
  bucket: 'source',
  timeMs: Date.parse('2026-02-06T00:00:38Z'),
  remoteIp: '192.0.2.3',
  requester: 'arn:aws:iam::1:user/a',
  requestId: '3E57427F33A59F07',
  operation: 'REST.PUT.OBJECT',
  key: 'a b/"ü\n',
  requestLine: 'PUT /source/a%20b?x="y" HTTP/1.1',
  status: 200,
  errorCode: undefined,
  sentBytes: 0,
  objectSizeBytes: 3462992,
  totalMs: 20.4,
  turnAroundMs: 10,
  referer: undefined,
  userAgent: 'curl/7 "quoted"\r\nnext',
  versionId: undefined,
  hostId: 'host',
  signatureVersion: 'SigV4',
  authType: 'AuthHeader',
  hostHeader: 'bucket.example',
  cipherSuite: undefined,
  tlsVersion: undefined,
  isAclRequired: true,
};

test('a line has 26 fields, and nothing of a client makes it more', () => {
  const line = formatLogRecord(RECORD);
  expect(line).toBe(
    'owner source [06/Feb/2026:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/a 3E57427F33A59F07 REST.PUT.OBJECT a%20b/%22%C3%BC%0A ' +
      '"PUT /source/a%20b?x=%22y%22 HTTP/1.1" 200 - - 3462992 20 10 "-" "curl/7 %22quoted%22%0D%0Anext" - host SigV4 - AuthHeader ' +
      'bucket.example - - Yes',
  );
  const fields = line.replaceAll(/\[[^\]]*\]|"[^"]*"/g, 'x').split(' ');
  expect(fields).toHaveLength(26);
});

test('keys of log objects', () => {
  const times = { deliveryMs: Date.parse('2026-03-04T05:06:07Z'), eventMs: Date.parse('2026-03-03T23:59:59Z') };
  expect(nameLogObject(destination(), times, 'U')).toBe('log/2026-03-04-05-06-07-U');
  expect(nameLogObject(destination({ simple: {}, partitioned: undefined }), times, 'U')).toBe(
    'log/2026-03-04-05-06-07-U',
  );
  expect(nameLogObject(destination(BY_DELIVERY), times, 'U')).toBe(
    'log/111111111111/us-east-1/source/2026/03/04/2026-03-04-05-06-07-U',
  );
  expect(nameLogObject(destination(BY_EVENT), times, 'U')).toBe(
    'log/111111111111/us-east-1/source/2026/03/03/2026-03-03-00-00-00-U',
  );
});

test.each([
  ['GetObject', 'GET', 'k', '', 'REST.GET.OBJECT'],
  ['ListObjectsV2', 'GET', '', 'list-type=2', 'REST.GET.BUCKET'],
  ['GetBucketLocation', 'GET', '', 'location', 'REST.GET.LOCATION'],
  ['PutBucketLifecycleConfiguration', 'PUT', '', 'lifecycle', 'REST.PUT.LIFECYCLE'],
  ['GetObjectAcl', 'GET', 'k', 'acl', 'REST.GET.ACL'],
  ['PutObjectTagging', 'PUT', 'k', 'tagging', 'REST.PUT.OBJECT_TAGGING'],
  ['CreateMultipartUpload', 'POST', 'k', 'uploads', 'REST.POST.UPLOADS'],
  ['UploadPart', 'PUT', 'k', 'partNumber=1&uploadId=u', 'REST.PUT.PART'],
  ['CompleteMultipartUpload', 'POST', 'k', 'uploadId=u', 'REST.POST.UPLOAD'],
  ['CopyObject', 'PUT', 'k', '', 'REST.COPY.OBJECT'],
  ['DeleteObjects', 'POST', '', 'delete', 'REST.POST.MULTI_OBJECT_DELETE'],
  ['Preflight', 'OPTIONS', 'k', '', 'REST.OPTIONS.PREFLIGHT'],
  ['Website', 'GET', 'k', '', 'WEBSITE.GET.OBJECT'],
  ['Unknown', 'PATCH', 'k', '', 'REST.PATCH.OBJECT'],
] as const)('%s is %s … %s', (operation, method, key, query, name) => {
  expect(logOperationName(operation, { method, key, query: parseQuery(query) }, false)).toBe(name);
});

describe('gathering', () => {
  const gather = (overrides: Partial<ConstructorParameters<typeof AccessLogs>[0]> = {}) => {
    const batches: LogBatch[] = [];
    const lost: [number, unknown][] = [];
    const logs = new AccessLogs({
      rollIntervalMs: 60_000,
      batchBytesMax: 20,
      waitingBytesMax: 100,
      deliver: async (batch) => {
        batches.push(batch);
        return batch.lines.length;
      },
      events: { delivered: () => undefined, lost: (lines, error) => lost.push([lines, error]) },
      ...overrides,
    });
    return { logs, batches, lost, lines: () => batches.map(({ lines }) => lines.map(({ text }) => text).join('+')) };
  };

  test('by target, as one object each, when it is flushed; partitioned keys part the sources too', async () => {
    const { logs, lines } = gather();
    logs.add(destination(), 'a', 1);
    logs.add(destination(undefined, 'other'), 'x', 2);
    logs.add(destination(BY_DELIVERY), 'b', 3);
    logs.add(destination(BY_DELIVERY, 'other'), 'y', 4);
    await logs.flush();
    expect(lines()).toEqual(['a+x', 'b', 'y']);
    await logs.flush();
    expect(lines()).toHaveLength(3);
  });

  test('by event time each day has its own', async () => {
    const { logs, batches } = gather();
    logs.add(destination(BY_EVENT), 'monday', 0);
    logs.add(destination(BY_EVENT), 'tuesday', 86_400_000);
    await logs.flush();
    expect(batches.map(({ eventMs }) => eventMs)).toEqual([0, 86_400_000]);
  });

  test('what gets too long is delivered at once, and by the clock', async () => {
    const { logs, lines } = gather({ rollIntervalMs: 5 });
    for (const line of ['0123456789', '0123456789', 'x']) logs.add(destination(), line, 0);
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (lines().length === 2) resolve();
        else setTimeout(look, 1);
      };
      look();
    });
    expect(lines()).toEqual(['0123456789', '0123456789+x']);
  });

  test('memory is bounded, and what is lost is told of', async () => {
    const { logs, lost, lines } = gather({ waitingBytesMax: 16 });
    for (let at = 0; at < 3; at += 1) logs.add(destination(), '0123456', 0);
    expect(lost).toEqual([[1, expect.any(RangeError)]]);
    await logs.flush();
    logs.add(destination(), 'again', 0);
    await logs.flush();
    expect(lines()).toEqual(['0123456+0123456', 'again']);
  });

  test('what a target does not take is lost', async () => {
    const { logs, lost } = gather({ deliver: async () => 1 });
    logs.add(destination(), 'a', 0);
    logs.add(destination(undefined, 'other'), 'b', 0);
    await logs.flush();
    expect(lost).toEqual([[1, expect.any(Error)]]);
  });

  test('a target that refuses loses its lines, not those of others', async () => {
    const refusal = new Error('gone');
    const { logs, lost } = gather({ deliver: () => Promise.reject(refusal) });
    logs.add(destination(), 'a', 0);
    logs.add(destination(), 'b', 0);
    await logs.flush();
    expect(lost).toEqual([[2, refusal]]);
  });
});
