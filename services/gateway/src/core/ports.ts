import type { Principal } from '@needlestack/access-control';
import type { Bucket } from '@needlestack/service-contracts';
import type { BearerReference } from './iam/bearer-reference.ts';

/** One access key: its secret and whom it stands for. */
export interface AccessKey {
  readonly secretAccessKey: string;
  readonly principal: Principal;
  /** On whose behalf it is. */
  readonly bearer: BearerReference;
  /** Temporary credentials cannot make others for themselves. */
  readonly isTemporary?: boolean;
}

/** Where access keys come from. */
export interface IdentityDirectory {
  /** Known at once: root, the identities file, and what was looked up a moment ago. */
  find(accessKeyId: string, sessionToken?: string): AccessKey | undefined;
  /**
   * Those that the catalog keeps, and sessions; undefined when there is none.
   * @param service for which the key is used: `s3` when absent
   * @throws S3Error `InvalidToken`, `ExpiredToken`, by the promise
   */
  lookup(accessKeyId: string, sessionToken?: string, service?: string): Promise<AccessKey | undefined>;
  /** Display name of an account, when known. */
  accountName(accountId: string): string | undefined;
  /** The id of the account that has this id, canonical id or e-mail address (in lower case); undefined when there is none. */
  findAccount(reference: string): string | undefined;
}

/** A bucket's configuration of one kind, ready to be asked. */
export interface ConfigurationReader<T> {
  /** Undefined when none is set; a promise only where it must be fetched. */
  find(bucket: Bucket): T | undefined | Promise<T | undefined>;
}
