/** Bodies that break off or are changed, and answers that are not of the protocol. */
import { randomBytes } from 'node:crypto';
import { computeChecksum } from '@needlestack/s3-protocol';
import { bytesOf, refuse, storageErrorOf } from '../testing/index.ts';
import { faultFixture } from './support/fault-fixture.ts';

const MIB = 2 ** 20;

const at = faultFixture();
const X = Buffer.from('x');

describe('bodies', () => {
  test('a body that is cut goes on at the next byte, again and again, with If-Match', async () => {
    const data = randomBytes(3 * MIB);
    at.backend.objects.set('k', data);
    at.backend.script = ({ headers }, response, attempt) => {
      if (attempt > 3) return false;
      const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
      const rest = data.subarray(from);
      const range = { 'content-range': `bytes ${from}-${data.length - 1}/${data.length}` };
      response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, etag: '"one"', ...range });
      response.write(rest.subarray(0, MIB / 2), () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    const found = await bytesOf((await at.open().get('k')).bytes);
    expect(found.equals(data)).toBe(true);
    expect(at.backend.seen).toHaveLength(4);
    for (const { headers } of at.backend.seen.slice(1)) expect(headers['if-match']).toBe('"one"');
  });

  test('an object that changed in between is not mixed in', async () => {
    const data = randomBytes(MIB);
    at.backend.script = ({ headers }, response, attempt) => {
      if (attempt === 1) {
        response.writeHead(200, { 'content-length': data.length, etag: '"one"' });
        response.write(data.subarray(0, 1000), () => setTimeout(() => response.destroy(), 20));
      } else refuse(response, headers['if-match'] === '"two"' ? 200 : 412, 'PreconditionFailed');
      return true;
    };
    expect((await storageErrorOf(bytesOf((await at.open().get('k')).bytes))).code).toBe('precondition-failed');
  });

  test('a range that is cut is asked for whole again; a body without an end in sight is given up', async () => {
    const data = randomBytes(MIB);
    at.backend.objects.set('k', data);
    at.backend.script = (_request, response, attempt) => {
      if (attempt > 1) return false;
      response.writeHead(206, { 'content-length': 1000, 'content-range': `bytes 0-999/${data.length}` });
      response.write(data.subarray(0, 10), () => setTimeout(() => response.destroy(), 20));
      return true;
    };
    expect((await at.open().getRange('k', 0, 1000)).equals(data.subarray(0, 1000))).toBe(true);
    at.backend.script = (_request, response) => {
      response.writeHead(206, { 'content-length': 10, 'content-range': `bytes 0-9/${data.length}` });
      response.write('', () => response.destroy());
      return true;
    };
    expect((await storageErrorOf(at.open().getRange('k', 0, 10))).code).toBe('unavailable');
  });

  test('bytes that do not fit the checksum of the store', async () => {
    const data = randomBytes(1000);
    at.backend.script = (_request, response) => {
      const wrong = computeChecksum('CRC32C', data.subarray(1));
      response.writeHead(200, { 'content-length': data.length, etag: '"e"', 'x-amz-checksum-crc32c': wrong }).end(data);
      return true;
    };
    const error = await storageErrorOf(bytesOf((await at.open().get('k')).bytes));
    expect(error.code).toBe('checksum-mismatch');
    expect(error.message).toContain('CRC32C');
  });

  test('every body goes with its CRC32C, and checksums can be left out', async () => {
    await at.open().put('k', X);
    expect(at.backend.seen[0]?.headers['x-amz-checksum-crc32c']).toBe(computeChecksum('CRC32C', X));
    await at.open({ checksums: false }).put('k', X);
    expect(at.backend.seen[1]?.headers['x-amz-checksum-crc32c']).toBeUndefined();
  });
});

describe('answers that are not what they should be', () => {
  const HTML = '<!DOCTYPE html><html><body>Sign in to the hotel network</body></html>';
  const answerHtml = (status: number) => {
    at.backend.script = (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(HTML);
      return true;
    };
  };

  test('an endpoint that answers HTML', async () => {
    answerHtml(200);
    const listed = await storageErrorOf(at.open().list('')[Symbol.asyncIterator]().next());
    expect(listed).toMatchObject({ code: 'backend', operation: 'ListObjectsV2', status: 200 });
    expect(listed.message).toContain('text/html');
    expect(listed.message).toContain('<!DOCTYPE html>');
    for (const call of [at.open().put('k', X), at.open().putMultipart('k'), at.open().deleteMany(['k'])]) {
      expect((await storageErrorOf(call)).message).toContain('text/html');
    }
    for (const call of [at.open().get('k'), at.open().head('k')]) {
      expect((await storageErrorOf(call)).message).toContain('is this a store?');
    }
    const deleted = await storageErrorOf(at.open().delete('k'));
    expect(deleted).toMatchObject({ code: 'backend', operation: 'DeleteObject', key: 'k', status: 200 });
    expect(deleted.message).toContain('text/html');
    answerHtml(404);
    const error = await storageErrorOf(at.open().put('k', X));
    expect(error.code).toBe('not-found');
    expect(error.message).toContain('not of S3: <!DOCTYPE html>');
  });

  test('truncated XML', async () => {
    at.backend.script = (_request, response) => {
      response.end('<ListBucketResult><Contents><Key>a</Ke');
      return true;
    };
    const error = await storageErrorOf(at.open().list('p')[Symbol.asyncIterator]().next());
    expect(error.message).toMatch(
      /^ListObjectsV2 p: 200 with no well-formed XML where <ListBucketResult> was expected/,
    );
    at.backend.script = (_request, response) => {
      response.end('<InitiateMultipartUploadResult></InitiateMultipartUploadResult>');
      return true;
    };
    expect((await storageErrorOf(at.open().putMultipart('k'))).message).toContain('no id for the upload');
    at.backend.script = (_request, response) => {
      response.end('<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>');
      return true;
    };
    expect((await storageErrorOf(at.open().list('')[Symbol.asyncIterator]().next())).message).toContain(
      'does not say where',
    );
  });

  test('200 with an error in it: final, or tried again, as its code has it', async () => {
    const upload = await at.open().putMultipart('k');
    const part = await upload.uploadPart(1, X);
    at.backend.script = (_request, response, attempt) => {
      const code = attempt < 4 ? 'InternalError' : 'InvalidPart';
      response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
      return true;
    };
    const error = await storageErrorOf(upload.complete([part]));
    expect(error).toMatchObject({ code: 'backend', backendCode: 'InvalidPart', status: 200 });
    expect(at.clock.waitsMs).toHaveLength(2);
  });

  test('DeleteObjects: failures of some keys are told, a thousand at a time', async () => {
    const keys = Array.from({ length: 1001 }, (_, index) => `k${index}`);
    at.backend.script = ({ query, body }, response) => {
      if (!query.has('delete') || !body.includes('<Key>k7</Key>')) return false;
      response.end(
        '<DeleteResult><Error><Key>k7</Key><Code>AccessDenied</Code><Message>locked</Message></Error></DeleteResult>',
      );
      return true;
    };
    expect(await at.open().deleteMany(keys)).toEqual([{ key: 'k7', backendCode: 'AccessDenied', message: 'locked' }]);
    expect(at.backend.seen.map(({ body }) => body.toString().split('<Key>').length - 1)).toEqual([1000, 1]);
    expect(at.backend.seen[0]?.headers['content-md5']).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    // Not a character of XML: by a request of its own.
    expect(await at.open().deleteMany(['a\u0001b'])).toEqual([]);
    expect(at.backend.seen.at(-1)).toMatchObject({ method: 'DELETE', path: 'a\u0001b' });
  });
});
