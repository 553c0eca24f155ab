import { readFileSync } from 'node:fs';
import type { ServerSecurity } from '@needlestack/rpc';
import { FlagError, type FlagValues } from '@needlestack/service-kit';
import type { securityFlags } from './server-flags.ts';

type SecurityValues = FlagValues<typeof securityFlags>;

function readPem(path: string, flag: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FlagError(`flag -${flag}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** How this process guards its ports. @throws FlagError when files are missing or flags contradict each other */
export function readServerSecurity(values: SecurityValues): ServerSecurity {
  const { 'grpc.cert': cert, 'grpc.key': key, 'grpc.ca': ca } = values;
  if ((cert === '') !== (key === '')) throw new FlagError('-grpc.cert and -grpc.key belong together');
  if (ca !== '' && cert === '') throw new FlagError('-grpc.ca needs -grpc.cert and -grpc.key');
  return {
    ...(values.authToken === '' ? undefined : { authToken: values.authToken }),
    ...(cert === ''
      ? undefined
      : {
          tls: {
            certPem: readPem(cert, 'grpc.cert'),
            keyPem: readPem(key, 'grpc.key'),
            ...(ca === '' ? undefined : { clientCaPem: readPem(ca, 'grpc.ca') }),
          },
        }),
  };
}
