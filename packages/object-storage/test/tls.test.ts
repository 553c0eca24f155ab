/** TLS with certificates that openssl makes for the test. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openObjectStorage, readObjectStorageConfig } from '../src/index.ts';
import { storageErrorOf } from '../testing/index.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

(hasOpenssl ? describe : describe.skip)(`TLS${hasOpenssl ? '' : ' [skipped: openssl is not here]'}`, () => {
  let directory = '';
  let server: Server;
  let endpoint = '';
  const seen: { readonly payload: unknown; readonly isKnown: boolean }[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'needlestack-tls-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
    execFileSync('openssl', ['req', '-x509', ...curve, '-out', cert, '-days', '2', ...subject], { stdio: 'ignore' });
    const pem = { key: readFileSync(key), cert: readFileSync(cert) };
    const options = { ...pem, ca: pem.cert, requestCert: true, rejectUnauthorized: false };
    server = createServer(options, (request, response) => {
      const isKnown = 'authorized' in request.socket && request.socket.authorized === true;
      seen.push({ payload: request.headers['x-amz-content-sha256'], isKnown });
      request.resume().on('end', () => response.writeHead(200, { etag: '"e"' }).end());
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const address = server.address();
    endpoint = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (settings: Record<string, unknown>) =>
    openObjectStorage(
      readObjectStorageConfig({
        kind: 'object',
        bucket: 'b',
        endpoint,
        accessKeyId: 'AK',
        secretAccessKey: 's',
        retryMax: 0,
        ...settings,
      }),
      { environment: {} },
    );

  test('a stranger is refused; with its authority it is not, and our certificate is shown', async () => {
    const stranger = open({});
    expect(await storageErrorOf(stranger.put('k', Buffer.from('x')))).toMatchObject({ code: 'unavailable', status: 0 });
    const cert = join(directory, 'cert.pem');
    const known = open({ tlsCa: cert, tlsClientCert: cert, tlsClientKey: join(directory, 'key.pem') });
    await known.put('k', Buffer.from('x'));
    await known.put('k', Buffer.alloc(65_537));
    // A short body is hashed; a long one is guarded by TLS and its CRC32C.
    expect(seen).toEqual([
      { payload: expect.stringMatching(/^[0-9a-f]{64}$/), isKnown: true },
      { payload: 'UNSIGNED-PAYLOAD', isKnown: true },
    ]);
    stranger.close();
    known.close();
  });
});
