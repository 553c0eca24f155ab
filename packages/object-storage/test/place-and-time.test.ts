/** Clocks that are off, wrong regions, redirects. */
import { RecordingClock, refuse, ScriptedStore, storageErrorOf } from '../testing/index.ts';
import { faultFixture } from './support/fault-fixture.ts';

const at = faultFixture();
const X = Buffer.from('x');

describe('place and time', () => {
  test('a clock that is off is corrected once and remembered', async () => {
    at.clock = new RecordingClock(Date.UTC(2020, 0, 1));
    at.backend.script = ({ headers }, response) => {
      if (String(headers['x-amz-date']).startsWith('20260102')) return false;
      refuse(response, 403, 'RequestTimeTooSkewed', { date: new Date(Date.UTC(2026, 0, 2)).toUTCString() });
      return true;
    };
    const storage = at.open();
    await storage.put('k', X);
    await storage.put('k', X);
    expect(at.backend.seen).toHaveLength(3);
    expect(at.clock.waitsMs).toEqual([]);
    at.backend.script = (_request, response) => {
      refuse(response, 403, 'RequestTimeTooSkewed', { date: new Date(Date.UTC(2027, 0, 2)).toUTCString() });
      return true;
    };
    expect((await storageErrorOf(storage.put('k', X))).backendCode).toBe('RequestTimeTooSkewed');
    expect(at.backend.seen).toHaveLength(5);
  });

  test('HEAD has no document: a 403 beside a date far off is taken for the same', async () => {
    at.clock = new RecordingClock(Date.UTC(2020, 0, 1));
    await at.open({ clock: new RecordingClock(Date.UTC(2026, 0, 2)) }).put('k', X);
    at.backend.script = ({ headers }, response) => {
      if (String(headers['x-amz-date']).startsWith('20260102')) return false;
      response.writeHead(403, { date: new Date(Date.UTC(2026, 0, 2)).toUTCString() }).end();
      return true;
    };
    expect((await at.open().head('k')).sizeBytes).toBe(1);
  });

  test.each([
    ['400 with the region in its document', 400, {}, '<Region>eu-west-7</Region>'],
    ['301 with the region in a header', 301, { 'x-amz-bucket-region': 'eu-west-7' }, ''],
  ])('the wrong region: %s', async (_name, status, headers, more) => {
    at.backend.script = (request, response) => {
      if (String(request.headers.authorization).includes('/eu-west-7/s3/')) return false;
      response.writeHead(status, headers).end(`<Error><Code>AuthorizationHeaderMalformed</Code>${more}</Error>`);
      return true;
    };
    const storage = at.open();
    await storage.put('k', X);
    expect(at.backend.seen).toHaveLength(2);
    await storage.head('k');
    expect(at.backend.seen).toHaveLength(3);
  });

  test.each([301, 307])(
    '%i to another place: followed with the body, remembered, forgotten when it is silent',
    async (status) => {
      const other = await ScriptedStore.start();
      at.backend.script = (request, response) => {
        response.writeHead(status, { location: `${other.endpoint}/bucket/${request.path}` }).end();
        return true;
      };
      const storage = at.open();
      await storage.put('dir/k', X);
      expect(other.objects.get('dir/k')).toEqual(X);
      await storage.head('dir/k');
      expect([at.backend.seen.length, other.seen.length]).toEqual([1, 2]);
      await other.close();
      at.backend.script = () => false;
      await storage.put('dir/k', Buffer.from('home'));
      expect(at.backend.objects.get('dir/k')?.toString()).toBe('home');
    },
  );

  test('redirects in a circle, to nowhere, and away from TLS end in an error', async () => {
    at.backend.script = (request, response) => {
      response
        .writeHead(307, { location: `${at.backend.endpoint}/bucket${at.backend.seen.length}/${request.path}` })
        .end();
      return true;
    };
    expect(await storageErrorOf(at.open().put('k', X))).toMatchObject({ status: 307 });
    expect(at.backend.seen).toHaveLength(4);
    for (const location of ['ftp://127.0.0.1/bucket/k', 'http://127.0.0.1:1/elsewhere', undefined]) {
      at.backend.script = (_request, response) => {
        response.writeHead(301, location === undefined ? {} : { location }).end();
        return true;
      };
      expect(await storageErrorOf(at.open().put('k', X))).toMatchObject({ status: 301 });
    }
  });
});
