import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readServerSecurity } from './security-options.ts';

const directory = mkdtempSync(join(tmpdir(), 'needlestack-security-'));
afterAll(() => rmSync(directory, { recursive: true }));

const ofRpc = (name: string) => fileURLToPath(new URL(`../../rpc/test/support/certificates/${name}`, import.meta.url));
const [cert, key, ca] = [ofRpc('server.pem'), ofRpc('server.key'), ofRpc('authority.pem')];
const read = (paths: { cert?: string; key?: string; ca?: string }) =>
  readServerSecurity({
    authToken: '',
    'grpc.cert': paths.cert ?? '',
    'grpc.key': paths.key ?? '',
    'grpc.ca': paths.ca ?? '',
  });

const rubbish = join(directory, 'rubbish.pem');
writeFileSync(rubbish, 'x');
const otherKey = join(directory, 'other.key');
writeFileSync(otherKey, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));

test('files that belong together are taken', () => {
  expect(Object.keys(read({ cert, key, ca }).tls ?? {})).toEqual(['certPem', 'keyPem', 'clientCaPem']);
  expect(read({}).tls).toBeUndefined();
});

test.each([
  [{ cert }, '-grpc.cert and -grpc.key belong together'],
  [{ ca }, '-grpc.ca needs -grpc.cert and -grpc.key'],
  [{ cert: '/nowhere.pem', key }, 'flag -grpc.cert: ENOENT'],
  [{ cert: rubbish, key }, `flag -grpc.cert: ${rubbish} holds no certificate in PEM`],
  [{ cert, key: rubbish }, `flag -grpc.key: ${rubbish} holds no private key in PEM`],
  [{ cert, key: otherKey }, `flag -grpc.key: ${otherKey} is not the key of the certificate of -grpc.cert`],
  [{ cert, key, ca: rubbish }, `flag -grpc.ca: ${rubbish} holds no certificate in PEM`],
])('what is wrong with %j is told with flag and file', (paths, message) => {
  expect(() => read(paths)).toThrow(message);
});
