import type { DataKeys, ObjectKeys } from '@needlestack/key-management';
import type { EncryptionConfiguration } from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';
import type { ConfigurationReader } from '../ports.ts';
import type { EncryptionDefaults } from './choose-encryption.ts';

/** A version whose bytes can be read. */
export type OpenedVersion = ObjectVersion & { readonly dataKeys?: DataKeys; readonly isKeptOpen?: boolean };

/** What the encryption of objects at rest needs. */
export interface EncryptionContext {
  /** Undefined where the gateway was given no root key: what needs one is refused. */
  readonly keys: ObjectKeys | undefined;
  readonly defaults: EncryptionDefaults;
  /** Default encryption of buckets. */
  readonly ofBucket: ConfigurationReader<EncryptionConfiguration>;
  /**
   * Versions of SSE-S3 that were opened, by what the catalog gave: an embedded one gives the same object for a row that it remembers, and with that row
   * they are forgotten. With the other schemes each reader has to prove himself.
   */
  readonly openedVersions: WeakMap<ObjectVersion, OpenedVersion>;
}
