import { type ChannelCredentials, credentials, Metadata, ServerCredentials, type VerifyOptions } from '@grpc/grpc-js';

/** How a client proves itself and what it believes. Nothing given: plain text and no token, for loopback. */
export interface ChannelSecurity {
  readonly tls?: {
    /** Trusted authorities; the system's when missing. */
    readonly caPem?: Buffer;
    /** The client's own certificate, for mTLS. */
    readonly certPem?: Buffer;
    readonly keyPem?: Buffer;
  };
  /** Sent as `authorization: Bearer <token>` with every call. */
  readonly authToken?: string;
}

/** Names of client certificates that are let in: one of the list, or one that ends with the domain. */
export interface ClientNames {
  readonly commonNames: readonly string[];
  /** Such as `.example.com`; empty for none. */
  readonly domain: string;
}

/** How a server proves itself and whom it lets in. */
export interface ServerSecurity {
  readonly tls?: {
    readonly certPem: Buffer;
    readonly keyPem: Buffer;
    /** With it, only clients with a certificate of this authority are let in (mTLS). */
    readonly clientCaPem?: Buffer;
    /** Of those clients only the ones with such a common name; all when absent. */
    readonly clientNames?: ClientNames;
  };
  /** Clients must send `authorization: Bearer <token>`. */
  readonly authToken?: string;
}

/** `verify` says how the server's certificate is compared with its name, when not by the address that was called. */
export const createChannelCredentials = (security: ChannelSecurity, verify: VerifyOptions = {}): ChannelCredentials => {
  const { tls } = security;
  if (tls === undefined) return credentials.createInsecure();
  return credentials.createSsl(tls.caPem ?? null, tls.keyPem ?? null, tls.certPem ?? null, verify);
};

export const createServerCredentials = (security: ServerSecurity): ServerCredentials => {
  const { tls } = security;
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: tls.certPem, private_key: tls.keyPem };
  return ServerCredentials.createSsl(tls.clientCaPem ?? null, [pair], tls.clientCaPem !== undefined);
};

/** Fresh metadata with the token, when there is one. */
export const createCallMetadata = (security: ChannelSecurity): Metadata => {
  const metadata = new Metadata();
  if (security.authToken !== undefined) metadata.set('authorization', `Bearer ${security.authToken}`);
  return metadata;
};

/** Whether nobody but this machine can reach a listening address. An empty address and 0.0.0.0 mean everybody. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
