import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REGION, type StoreUnderTest, storeUnderTest } from '../../support/store-under-test.ts';
import { findCertificateObstacle, makeCertificate } from './certificate.ts';
import { RequestTap, type SeenWays } from './request-tap.ts';
import { StoreFront } from './store-front.ts';

/** Buckets are host names below it. To curl, every name below localhost means loopback. */
export const DOMAIN = 's3.localhost';

/** A store as clients of every persuasion find it. */
export interface ClientStore {
  readonly store: StoreUnderTest;
  /** Temporary; gone after the tests of the file. */
  readonly folder: string;
  /** Why there is no TLS; undefined when there is. */
  readonly tlsObstacle: string | undefined;
  /** What a client needs, and what it must not look for. To be read inside tests and hooks. */
  readonly environment: Readonly<Record<string, string>>;
  /** How requests came since the last call. */
  takeSeenWays(): SeenWays;
}

/**
 * Starts a store for the tests of a file: under a domain, with TLS before it where openssl is here, and with signatures of version 2
 * let in. The environment names what is where:
 *
 * - `STORE_HTTP`, `STORE_HTTPS`: the store in path style; the latter is empty without TLS. `AWS_ENDPOINT_URL` is the former.
 * - `STORE_DOMAIN_HTTP`, `STORE_DOMAIN_HTTPS`: the same by the name of the domain.
 * - `STORE_PROXY`: leads every CONNECT to the port with TLS.
 * - `STORE_CA`: PEM file of the authority; absent without TLS.
 */
export function clientStore(): ClientStore {
  const folder = mkdtempSync(join(tmpdir(), 'needlestack-clients-'));
  const store = storeUnderTest(() => ({
    flags: [`-s3.domainName=${DOMAIN}`, '-s3.compat=sigv2,sse-c-over-http'],
  }));
  const tlsObstacle = findCertificateObstacle();
  const tap = new RequestTap(DOMAIN);
  let environment: Record<string, string> = {};
  let front: StoreFront | undefined;

  beforeAll(async () => {
    const certificate =
      tlsObstacle === undefined ? makeCertificate(folder, ['localhost', DOMAIN, `*.${DOMAIN}`]) : undefined;
    front = new StoreFront(Number(new URL(store.url).port), tap, certificate);
    await front.listen();
    const http = `http://127.0.0.1:${front.plainPort}`;
    environment = {
      AWS_ACCESS_KEY_ID: store.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
      AWS_DEFAULT_REGION: REGION,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: http,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      HOME: folder,
      STORE_HTTP: http,
      STORE_DOMAIN_HTTP: `http://${DOMAIN}:${front.plainPort}`,
      STORE_HTTPS: front.tlsPort === undefined ? '' : `https://127.0.0.1:${front.tlsPort}`,
      STORE_DOMAIN_HTTPS: front.tlsPort === undefined ? '' : `https://${DOMAIN}:${front.tlsPort}`,
      STORE_PROXY: `http://127.0.0.1:${front.proxyPort}`,
      ...(certificate === undefined ? undefined : { STORE_CA: certificate.certificatePath }),
    };
  });
  afterAll(() => {
    front?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    store,
    folder,
    tlsObstacle,
    get environment() {
      return environment;
    },
    takeSeenWays: () => tap.take(),
  };
}
