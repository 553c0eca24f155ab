import type { ChannelSecurity, ServerSecurity } from '@needlestack/rpc';

/** How a service of a cluster reaches the others' guarded ports: with the same token, and its own certificate for mTLS. */
export function toChannelSecurity({ authToken, tls }: ServerSecurity): ChannelSecurity {
  const clientTls =
    tls === undefined
      ? undefined
      : {
          certPem: tls.certPem,
          keyPem: tls.keyPem,
          ...(tls.clientCaPem === undefined ? undefined : { caPem: tls.clientCaPem }),
        };
  return {
    ...(authToken === undefined ? undefined : { authToken }),
    ...(clientTls === undefined ? undefined : { tls: clientTls }),
  };
}
