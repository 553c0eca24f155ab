import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerSecurity } from '@needlestack/rpc';
import { FlagError, type FlagValues } from '@needlestack/service-kit';
import type { securityFlags } from './server-flags.ts';

type SecurityValues = FlagValues<typeof securityFlags>;

function readPem(path: string, flag: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FlagError(`flag -${flag}: ${Error.isError(error) ? error.message : String(error)}`);
  }
}

function readCertificate(path: string, flag: string): { readonly pem: Buffer; readonly certificate: X509Certificate } {
  const pem = readPem(path, flag);
  try {
    return { pem, certificate: new X509Certificate(pem) };
  } catch {
    throw new FlagError(`flag -${flag}: ${path} holds no certificate in PEM`);
  }
}

function readPrivateKey(path: string, of: X509Certificate): Buffer {
  const pem = readPem(path, 'grpc.key');
  let belongs: boolean;
  try {
    belongs = of.checkPrivateKey(createPrivateKey(pem));
  } catch {
    throw new FlagError(`flag -grpc.key: ${path} holds no private key in PEM that opens without a passphrase`);
  }
  if (!belongs) throw new FlagError(`flag -grpc.key: ${path} is not the key of the certificate of -grpc.cert`);
  return pem;
}

/** How this process guards its ports. @throws FlagError when files are missing or not what they should be, or flags contradict each other */
export function readServerSecurity(values: SecurityValues): ServerSecurity {
  const { 'grpc.cert': cert, 'grpc.key': key, 'grpc.ca': ca } = values;
  if ((cert === '') !== (key === '')) throw new FlagError('-grpc.cert and -grpc.key belong together');
  if (ca !== '' && cert === '') throw new FlagError('-grpc.ca needs -grpc.cert and -grpc.key');
  return {
    ...(values.authToken === '' ? undefined : { authToken: values.authToken }),
    ...(cert === '' ? undefined : { tls: readTls(cert, key, ca) }),
  };
}

function readTls(cert: string, key: string, ca: string): NonNullable<ServerSecurity['tls']> {
  const { pem: certPem, certificate } = readCertificate(cert, 'grpc.cert');
  return {
    certPem,
    keyPem: readPrivateKey(key, certificate),
    ...(ca === '' ? undefined : { clientCaPem: readCertificate(ca, 'grpc.ca').pem }),
  };
}
