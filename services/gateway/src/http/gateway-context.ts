import type { ChunkObjectReader, ObjectWriter } from '@needlestack/object-io';
import type {
  CompiledLifecycle,
  CorsConfiguration,
  LoggingConfiguration,
  OwnerNames,
  SigningKeyCache,
  WebsiteConfiguration,
} from '@needlestack/s3-protocol';
import type { CatalogPort, NotifyPort, SelectPort } from '@needlestack/service-contracts';
import type { Logger } from '@needlestack/service-kit';
import type { BucketAccessDirectory } from '../core/access/bucket-access.ts';
import type { AccessLogs } from '../core/access-log/access-logs.ts';
import type { Compatibility } from '../core/compatibility.ts';
import type { EncryptionContext } from '../core/encryption/encryption-context.ts';
import type { Permits } from '../core/permits.ts';
import type { ConfigurationReader, IdentityDirectory } from '../core/ports.ts';
import type { TrustedProxies } from '../core/trusted-proxies.ts';

/** Configurations that act on requests to a bucket. */
export interface BucketConfigurations {
  readonly cors: ConfigurationReader<CorsConfiguration>;
  readonly lifecycle: ConfigurationReader<CompiledLifecycle>;
  readonly website: ConfigurationReader<WebsiteConfiguration>;
  readonly logging: ConfigurationReader<LoggingConfiguration>;
}

/** What operations work with. One per gateway; requests change nothing in it. */
export interface GatewayContext {
  readonly catalog: CatalogPort;
  readonly writer: ObjectWriter;
  readonly reader: ChunkObjectReader;
  readonly select: SelectPort | undefined;
  readonly notify: NotifyPort | undefined;
  readonly identities: IdentityDirectory;
  /** What decides who may do what in a bucket. */
  readonly access: BucketAccessDirectory;
  /** An account as answers name it. */
  readonly showOwner: OwnerNames;
  /** What buckets are configured to do, parsed and remembered. */
  readonly configurations: BucketConfigurations;
  /** Encryption of objects at rest. */
  readonly encryption: EncryptionContext;
  /** Where the records of logged buckets gather. */
  readonly accessLogs: Pick<AccessLogs, 'add' | 'isOlderThan' | 'roll'>;
  readonly region: string;
  /** Derived keys of signatures. */
  readonly signingKeys: SigningKeyCache;
  /** Proxies that are believed in what they say of clients. */
  readonly proxies: TrustedProxies;
  /** Where we behave as RGW-style clients expect: `context.compatibility.has('sigv2')`. */
  readonly compatibility: Compatibility;
  /** x-amz-id-2 and HostId: names this gateway in answers. */
  readonly hostId: string;
  readonly copyPermits: Permits;
  readonly nowMs: () => number;
  readonly makeRuleId: () => string;
  readonly logger: Logger;
}
