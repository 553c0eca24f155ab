/** Certificates of a webhook's receiver, made for the test by openssl. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { SettingReader } from '../src/core/setting-reader.ts';
import { webhookFactory } from '../src/peers/webhook/webhook-factory.ts';
import { systemClock } from '../src/system-clock.ts';
import { makeEntry } from './support/make-entry.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const title = hasOpenssl ? 'TLS' : 'TLS [skipped: openssl is not here]';

(hasOpenssl ? describe : describe.skip)(title, () => {
  let server: Server;
  let endpoint = '';
  let caPath = '';
  const authorized: boolean[] = [];

  beforeAll(async () => {
    const directory = makeDirectory();
    caPath = join(directory, 'cert.pem');
    const keyPath = join(directory, 'key.pem');
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath];
    execFileSync('openssl', ['req', '-x509', ...key, '-out', caPath, '-days', '2', ...subject], { stdio: 'ignore' });
    const pem = { key: readFileSync(keyPath), cert: readFileSync(caPath) };
    server = createServer(
      { ...pem, ca: pem.cert, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        authorized.push('authorized' in request.socket && request.socket.authorized === true);
        request.resume().on('end', () => response.writeHead(200).end());
      },
    );
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const address = server.address();
    endpoint = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function send(settings: Record<string, string>) {
    const values = new Map(Object.entries({ endpoint, ...settings }));
    const { target } = await webhookFactory.create(new SettingReader(values, webhookFactory.keys), systemClock);
    const outcome = await target.send(makeEntry(1), new AbortController().signal);
    await target.close();
    return outcome;
  }

  test('an unknown authority pauses the target', async () => {
    expect(await send({})).toMatchObject({ kind: 'pause', reason: 'tls_failure' });
  });

  test('the configured authority is believed, and the client certificate is shown', async () => {
    authorized.length = 0;
    expect(await send({ client_ca: caPath })).toEqual({ kind: 'delivered' });
    const pair = { client_cert: caPath, client_key: caPath.replace('cert.pem', 'key.pem') };
    expect(await send({ client_ca: caPath, ...pair })).toEqual({ kind: 'delivered' });
    expect(authorized).toEqual([false, true]);
  });

  test('verification can be switched off', async () => {
    expect(await send({ skip_tls_verify: 'on' })).toEqual({ kind: 'delivered' });
  });

  test('a file that is not there is named by its key', async () => {
    await expect(send({ client_ca: '/nowhere/ca.pem' })).rejects.toThrow(
      'client_ca names a file that cannot be read (ENOENT)',
    );
  });
});
