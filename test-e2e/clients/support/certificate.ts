import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** PEM files. The certificate is its own authority. */
export interface Certificate {
  readonly keyPath: string;
  readonly certificatePath: string;
}

/** Why no certificate can be made here; undefined when one can. */
export function findCertificateObstacle(): string | undefined {
  return spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not here';
}

/** Makes a certificate for loopback and host names, by openssl, good for two days. */
export function makeCertificate(directory: string, hostNames: readonly string[]): Certificate {
  const [keyPath, certificatePath] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')];
  const names = ['IP:127.0.0.1', ...hostNames.map((name) => `DNS:${name}`)].join(',');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath];
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`];
  execFileSync('openssl', ['req', '-x509', ...curve, '-out', certificatePath, '-days', '2', ...subject], {
    stdio: 'ignore',
  });
  return { keyPath, certificatePath };
}
