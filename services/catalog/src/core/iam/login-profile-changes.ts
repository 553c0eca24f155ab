/**
 * Passwords of users. What anybody may know of one is part of the user's row; its hash, sealed, lies in a row of its own with those of
 * the passwords before it. Neither is there without the other.
 */
import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type IamAnswers,
  type IamChangeOf,
  type IamEntity,
  type IamQuestions,
  type IamUser,
} from '@needlestack/service-contracts';
import { decodeIamRecord, encodeIamRecord } from '../codec/iam-record.ts';
import { iamPasswordKey } from './iam-keys.ts';
import { PASSWORD_HASHES_MAX } from './iam-limits.ts';
import { noSuch } from './iam-refusals.ts';
import { findEntity, putAccount, putEntity, readAccount, requireEntity } from './iam-rows.ts';

interface PasswordRow {
  /** Newest first. */
  readonly sealedHashes: readonly string[];
}

export function* readPasswordHashes(
  tx: KvReader,
  { accountId, name }: IamQuestions['password-hashes'],
): KvProgram<IamAnswers['password-hashes']> {
  const user = yield* findEntity(tx, accountId, 'user', name);
  return user === undefined ? [] : yield* readHashes(tx, user);
}

function* readHashes(tx: KvReader, { accountId, id }: IamUser): KvProgram<readonly string[]> {
  const row = yield* tx.get(iamPasswordKey(accountId, id));
  return row === undefined ? [] : decodeIamRecord<PasswordRow>(row).sealedHashes;
}

function putHashes(tx: KvTransaction, { accountId, id }: IamUser, sealedHashes: readonly string[]): void {
  const row: PasswordRow = { sealedHashes: sealedHashes.slice(0, PASSWORD_HASHES_MAX) };
  tx.put(iamPasswordKey(accountId, id), encodeIamRecord(row));
}

export function* createLoginProfile(
  tx: KvTransaction,
  { accountId, name, sealedHash, isResetRequired }: IamChangeOf<'create-login-profile'>,
  nowMs: number,
): KvProgram<IamEntity> {
  const user = yield* requireEntity(tx, accountId, 'user', name);
  if (user.loginProfile !== undefined)
    throw new CatalogError('EntityAlreadyExists', `Login Profile for user ${user.name} already exists.`);
  putHashes(tx, user, [sealedHash]);
  return putEntity(tx, { ...user, loginProfile: { createdAtMs: nowMs, changedAtMs: nowMs, isResetRequired } });
}

export function* updateLoginProfile(
  tx: KvTransaction,
  { accountId, name, isResetRequired, password }: IamChangeOf<'update-login-profile'>,
  nowMs: number,
): KvProgram<IamEntity> {
  const user = yield* requireEntity(tx, accountId, 'user', name);
  const { loginProfile } = user;
  if (loginProfile === undefined) throw noSuchProfile(user);
  if (password !== undefined) {
    const hashes = yield* readHashes(tx, user);
    if (hashes[0] !== password.replaces)
      throw new CatalogError(
        'PreconditionFailed',
        `The password of user ${user.name} is being changed by another call.`,
      );
    putHashes(tx, user, [password.sealedHash, ...hashes]);
  }
  return putEntity(tx, {
    ...user,
    loginProfile: {
      ...loginProfile,
      ...(password === undefined ? undefined : { changedAtMs: nowMs }),
      isResetRequired: isResetRequired ?? loginProfile.isResetRequired,
    },
  });
}

/** What was taken before is forgotten with it. */
export function* deleteLoginProfile(
  tx: KvTransaction,
  { accountId, name }: IamChangeOf<'delete-login-profile'>,
): KvProgram<IamEntity> {
  const user = yield* requireEntity(tx, accountId, 'user', name);
  if (user.loginProfile === undefined) throw noSuchProfile(user);
  tx.delete(iamPasswordKey(accountId, user.id));
  const { loginProfile: _gone, ...rest } = user;
  return putEntity(tx, rest);
}

function noSuchProfile({ name }: IamUser): CatalogError {
  return noSuch(`Login Profile for User ${name} cannot be found.`);
}

export function* setPasswordPolicy(
  tx: KvTransaction,
  { accountId, policy }: IamChangeOf<'set-password-policy'>,
): KvProgram<undefined> {
  const { passwordPolicy, ...account } = yield* readAccount(tx, accountId);
  if (policy === undefined && passwordPolicy === undefined)
    throw noSuch(`The Password Policy with domain name ${accountId} cannot be found.`);
  return putAccount(tx, accountId, policy === undefined ? account : { ...account, passwordPolicy: policy });
}
