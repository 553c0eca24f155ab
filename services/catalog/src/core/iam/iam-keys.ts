/** Keys of the rows of IAM: tables 41 to 46 of `../keys.ts`. Account ids hold no NUL. */
import { type ByteRange, ofPrefix, TABLE, textKey } from '../keys.ts';

export const iamAccountKey = (accountId: string): Buffer => textKey(TABLE.iamAccount, accountId);
export const iamAccessKeyKey = (accessKeyId: string): Buffer => textKey(TABLE.iamAccessKey, accessKeyId);
export const iamAliasKey = (alias: string): Buffer => textKey(TABLE.iamAlias, alias);

export const iamEntityKey = (accountId: string, kindCode: number, name: string): Buffer =>
  Buffer.concat([textKey(TABLE.iamEntity, accountId), Buffer.from([0, kindCode]), Buffer.from(name.toLowerCase())]);

/** All entities of a kind of one account. */
export const iamEntitiesRange = (accountId: string, kindCode: number): ByteRange =>
  ofPrefix(iamEntityKey(accountId, kindCode, ''));

/** By the user's id: a name given again does not come with a password. */
export const iamPasswordKey = (accountId: string, userId: string): Buffer =>
  textKey(TABLE.iamPassword, `${accountId}\0${userId}`);

/** @param dn in its one spelling */
export const iamLdapEntryKey = (accountId: string, dn: string): Buffer =>
  textKey(TABLE.iamLdapEntry, `${accountId}\0${dn}`);

export const iamLdapEntriesRange = (accountId: string): ByteRange => ofPrefix(iamLdapEntryKey(accountId, ''));
