import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from './find-executable.ts';
import { freePort } from './free-port.ts';
import type { RunningServer, ServerRecipe } from './server-recipe.ts';
import { startSupervised } from './supervised-process.ts';
import { unpackDebianServer } from './unpack-debian-server.ts';

/** Certificates of `packages/rpc/test/support/certificates`: `authority.pem` vouches for this server. */
const CERTIFICATES = fileURLToPath(new URL('../../packages/rpc/test/support/certificates/', import.meta.url));
const SUFFIX = 'dc=needlestack,dc=test';
const ROOT_ENTRY = `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: needlestack\no: Needlestack\n`;
const ADMIN = { dn: `cn=admin,${SUFFIX}`, password: 'admin-of-slapd' };
/** Where Ubuntu says that slapd at its own place may read no settings but the system's. */
const CONFINEMENT = '/etc/apparmor.d/usr.sbin.slapd';
/** With the libraries that a machine without OpenLDAP may lack. */
const PACKAGES = ['slapd', 'libodbc2', 'libltdl7', 'libwrap0'];

export const slapdRecipe: ServerRecipe = {
  addressVariable: 'NEEDLESTACK_TEST_LDAP_URL',
  findBinary: () => {
    const known = findExecutable('slapd', ['/usr/sbin', '/usr/local/sbin']);
    if (known !== undefined && hasModules(known) && !existsSync(CONFINEMENT)) return known;
    const folder = unpackDebianServer('slapd', PACKAGES);
    const unpacked = folder === undefined ? undefined : join(folder, 'usr/sbin/slapd');
    return unpacked !== undefined && hasModules(unpacked) ? unpacked : undefined;
  },
  startBinary,
  container: {
    image: 'osixia/openldap:1.5.0',
    port: 389,
    environment: { LDAP_DOMAIN: 'needlestack.test', LDAP_ADMIN_PASSWORD: ADMIN.password },
    readyLine: { pattern: /slapd starting/, times: 1 },
    url: (host, port) => urlOf('ldap', `${host}:${port}`),
  },
};

/** What stands before `usr/sbin`, as Debian lays it out: modules and schemas are beside. */
const rootOf = (binary: string): string => resolve(binary, '../../..');
const modulesOf = (binary: string): string => join(rootOf(binary), 'usr/lib/ldap');

function hasModules(binary: string): boolean {
  return existsSync(join(modulesOf(binary), 'back_mdb.so'));
}

/** Who may do everything stands in the address. */
function urlOf(scheme: 'ldap' | 'ldaps', address: string): string {
  const { dn, password } = ADMIN;
  return `${scheme}://${encodeURIComponent(dn)}:${encodeURIComponent(password)}@${address}/${SUFFIX}`;
}

async function startBinary(binary: string): Promise<RunningServer> {
  const port = await freePort();
  let securePort = port;
  while (securePort === port) securePort = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-slapd-'));
  const [data, settings] = [join(directory, 'data'), join(directory, 'slapd.conf')];
  mkdirSync(data);
  writeFileSync(settings, makeSettings(binary, directory, data));
  const [library] = globSync('{lib,usr/lib}/*/libodbc.so.*', { cwd: rootOf(binary) });
  const environment = library === undefined ? {} : { LD_LIBRARY_PATH: join(rootOf(binary), library, '..') };
  const added = spawnSync(binary, ['-T', 'add', '-f', settings], {
    input: ROOT_ENTRY,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  if (added.status !== 0) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`${binary} ended with ${added.status}: ${added.stderr}`);
  }
  const server = await startSupervised({
    command: binary,
    args: ['-f', settings, '-h', `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${securePort}/`, '-d', '0'],
    directory,
    stopSignal: 'TERM',
    environment,
    isReady: async () => (await canConnect(port)) && (await canConnect(securePort)),
  });
  return {
    url: urlOf('ldap', `127.0.0.1:${port}`),
    secureUrl: urlOf('ldaps', `127.0.0.1:${securePort}`),
    stop: server.stop,
  };
}

/** Whoever has logged in may read everything but passwords; nobody else may. */
function makeSettings(binary: string, directory: string, data: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => join(rootOf(binary), 'etc/ldap/schema', name));
  return [
    ...schemas.map((schema) => `include ${schema}.schema`),
    `pidfile ${join(directory, 'slapd.pid')}`,
    `modulepath ${modulesOf(binary)}`,
    'moduleload back_mdb',
    `TLSCACertificateFile ${CERTIFICATES}authority.pem`,
    `TLSCertificateFile ${CERTIFICATES}server.pem`,
    `TLSCertificateKeyFile ${CERTIFICATES}server.key`,
    'database mdb',
    `suffix "${SUFFIX}"`,
    `rootdn "${ADMIN.dn}"`,
    `rootpw ${ADMIN.password}`,
    `directory ${data}`,
    'maxsize 67108864',
    'dbnosync',
    'access to attrs=userPassword by anonymous auth by * none',
    'access to * by users read by * none',
    '',
  ].join('\n');
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
}
