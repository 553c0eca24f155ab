import type { ObjectKeys } from '@needlestack/key-management';
import type { EncryptionConfiguration } from '@needlestack/s3-protocol';
import type { ConfigurationReader } from '../ports.ts';
import type { EncryptionDefaults } from './choose-encryption.ts';

/** What the encryption of objects at rest needs. */
export interface EncryptionContext {
  /** Undefined where the gateway was given no root key: what needs one is refused. */
  readonly keys: ObjectKeys | undefined;
  readonly defaults: EncryptionDefaults;
  /** Default encryption of buckets. */
  readonly ofBucket: ConfigurationReader<EncryptionConfiguration>;
}
