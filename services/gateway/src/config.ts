import type { ObjectKeys, RootKeyRing } from '@needlestack/key-management';
import type { ChunkObjectReader, ObjectWriter } from '@needlestack/object-io';
import type { CatalogPort, NotifyPort, SelectPort } from '@needlestack/service-contracts';
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { Compatibility } from './core/compatibility.ts';
import type { PasswordCost } from './core/iam/password-hasher.ts';
import type { TrustedProxies } from './core/trusted-proxies.ts';
import type { LdapOptions } from './peers/ldap-directory.ts';

/** What a gateway is started with. Flags and environment are the command's affair; here everything is typed already. */
export interface GatewayOptions {
  /** Address to listen on; `127.0.0.1` when absent. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Region that signatures must name; `us-east-1` when absent. */
  readonly region?: string;
  /** Host names under which buckets are reached as the first label. */
  readonly virtualHostDomains?: readonly string[];
  /** Port of websites, 0 takes a free one; none when absent. */
  readonly websitePort?: number;
  /** Host names below which each bucket has its site, on the S3 port too. */
  readonly websiteDomains?: readonly string[];
  /** How long access log records are gathered before they are delivered. */
  readonly logRollMs?: number;
  /** Where to behave as RGW-style clients expect; as AWS everywhere when absent. */
  readonly compatibility?: Compatibility;
  /** Addresses and CIDR ranges of proxies that are believed in what they say of clients; none when absent. */
  readonly trustedProxies?: TrustedProxies;
  readonly root: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What encrypted objects are sealed under; requests that ask for encryption are refused without. */
  readonly objectKeys?: ObjectKeys | undefined;
  /** What secrets of IAM and session tokens are sealed under; without it there are neither. */
  readonly rootKeys?: RootKeyRing | undefined;
  /** Key of aws:kms where neither the request nor the bucket names one; `needlestack` when absent. */
  readonly defaultKmsKeyId?: string;
  /**
   * Encrypts with SSE-S3 where neither request nor bucket says otherwise, as AWS does; not without `objectKeys`. When absent it does, unless
   * `compatibility` says that new objects are plain.
   */
  readonly encryptsByDefault?: boolean | undefined;
  /** Static identities file; read again when it changes. */
  readonly identitiesPath?: string;

  readonly catalog: CatalogPort;
  readonly writer: ObjectWriter;
  readonly reader: ChunkObjectReader;
  readonly select?: SelectPort;
  readonly notify?: NotifyPort;

  /** Origin of the catalog's HTTP port, such as `http://127.0.0.1:9400`; the table doors are closed without it. */
  readonly catalogHttpUrl?: string;
  /** Shared with the catalog: proves that a proxied request was verified here. */
  readonly internalSecret: string;

  /** Requests served at once; those beyond are told to slow down. */
  readonly maxRequestsInFlight?: number;
  /** How long a connection lives on which the client moves nothing. */
  readonly idleTimeoutMs?: number;
  readonly logger?: Logger;
  /** Registries of other services in this process, shown on the same metrics page. */
  readonly otherMetrics?: readonly MetricsRegistry[];
  /** Why the store behind the gateway cannot serve now; undefined when it can. */
  readonly readinessCheck?: () => string | undefined;
  /** Whose users may log in (AssumeRoleWithLDAPIdentity); nobody's when absent. */
  readonly ldap?: LdapOptions;
  /** What hashes of passwords cost; tests make it less. */
  readonly passwordCost?: PasswordCost;
  /** Milliseconds since the epoch; tests set it. */
  readonly nowMs?: () => number;
}

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_REGION = 'us-east-1';
export const DEFAULT_KMS_KEY_ID = 'needlestack';
