/** Users and groups of an LDAP directory by their DNs, and the policies attached to them. An entry is here as long as it has any. */
import { normalizeDistinguishedName, parseIamArn } from '@needlestack/access-control';
import { type KvProgram, type KvReader, type KvTransaction, keyAfter } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type IamAnswers,
  type IamChangeOf,
  type IamLdapEntry,
  type IamQuestions,
} from '@needlestack/service-contracts';
import { decodeIamRecord, encodeIamRecord } from '../codec/iam-record.ts';
import { PAGE_ENTRIES_MAX } from '../limits.ts';
import { iamLdapEntriesRange, iamLdapEntryKey } from './iam-keys.ts';
import { ATTACHED_POLICIES_MAX, LDAP_BEARER_DNS_MAX, LDAP_ENTRIES_MAX } from './iam-limits.ts';
import { limitExceeded, noSuch } from './iam-refusals.ts';
import { findEntity, putAccount, readAccount } from './iam-rows.ts';
import { bindPolicy } from './policy-references.ts';

function* findEntry(tx: KvReader, accountId: string, dn: string): KvProgram<IamLdapEntry | undefined> {
  const row = yield* tx.get(iamLdapEntryKey(accountId, dn));
  return row === undefined ? undefined : decodeIamRecord<IamLdapEntry>(row);
}

/** @throws CatalogError `InvalidRequest` */
function readDn(text: string): string {
  const dn = normalizeDistinguishedName(text);
  if (dn === undefined) throw new CatalogError('InvalidRequest', `${text.slice(0, 100)} is no distinguished name`);
  return dn;
}

export function* changeLdapPolicy(
  tx: KvTransaction,
  { change, accountId, dn: text, policyArn }: IamChangeOf<'attach-ldap-policy' | 'detach-ldap-policy'>,
  nowMs: number,
): KvProgram<undefined> {
  const place = { accountId, dn: readDn(text), policyArn };
  if (change === 'attach-ldap-policy') yield* attachPolicy(tx, place, nowMs);
  else yield* detachPolicy(tx, place);
  return undefined;
}

interface Attachment {
  readonly accountId: string;
  readonly dn: string;
  readonly policyArn: string;
}

function* attachPolicy(tx: KvTransaction, { accountId, dn, policyArn }: Attachment, nowMs: number): KvProgram<void> {
  const entry = (yield* findEntry(tx, accountId, dn)) ?? { dn, attachedPolicyArns: [], createdAtMs: nowMs };
  if (entry.attachedPolicyArns.includes(policyArn)) return;
  if (entry.attachedPolicyArns.length >= ATTACHED_POLICIES_MAX)
    throw limitExceeded('policies attached to an entry of the directory', ATTACHED_POLICIES_MAX);
  yield* bindPolicy(tx, accountId, policyArn, 1);
  if (entry.attachedPolicyArns.length === 0) yield* countEntries(tx, accountId, 1);
  putEntry(tx, accountId, { ...entry, attachedPolicyArns: [...entry.attachedPolicyArns, policyArn] });
}

function* detachPolicy(tx: KvTransaction, { accountId, dn, policyArn }: Attachment): KvProgram<void> {
  const entry = yield* findEntry(tx, accountId, dn);
  if (entry?.attachedPolicyArns.includes(policyArn) !== true)
    throw noSuch(`Policy ${policyArn} is not attached to ${dn}.`);
  yield* bindPolicy(tx, accountId, policyArn, -1);
  const attachedPolicyArns = entry.attachedPolicyArns.filter((each) => each !== policyArn);
  if (attachedPolicyArns.length > 0) {
    putEntry(tx, accountId, { ...entry, attachedPolicyArns });
    return;
  }
  tx.delete(iamLdapEntryKey(accountId, dn));
  yield* countEntries(tx, accountId, -1);
}

function putEntry(tx: KvTransaction, accountId: string, entry: IamLdapEntry): void {
  tx.put(iamLdapEntryKey(accountId, entry.dn), encodeIamRecord(entry));
}

function* countEntries(tx: KvTransaction, accountId: string, by: 1 | -1): KvProgram<void> {
  const account = yield* readAccount(tx, accountId);
  const ldapEntryCount = (account.ldapEntryCount ?? 0) + by;
  if (ldapEntryCount > LDAP_ENTRIES_MAX) throw limitExceeded('entries of the directory', LDAP_ENTRIES_MAX);
  putAccount(tx, accountId, { ...account, ldapEntryCount });
}

export function* listLdapEntries(
  tx: KvReader,
  { accountId, startAfter, max }: IamQuestions['ldap-entries'],
): KvProgram<IamAnswers['ldap-entries']> {
  const range = iamLdapEntriesRange(accountId);
  const start = startAfter === '' ? range.start : keyAfter(iamLdapEntryKey(accountId, startAfter));
  const limit = Math.max(1, Math.min(max, PAGE_ENTRIES_MAX));
  const page = yield* tx.scanDecoded({ ...range, start, limit }, (_key, row) => decodeIamRecord<IamLdapEntry>(row));
  return { entries: page.rows, isTruncated: page.hasMore };
}

/** In one view, as `readBearer` does for users and roles. */
export function* readLdapBearer(
  tx: KvReader,
  { accountId, dns }: IamQuestions['ldap-bearer'],
): KvProgram<IamAnswers['ldap-bearer']> {
  if (dns.length > LDAP_BEARER_DNS_MAX)
    throw new CatalogError('InvalidRequest', `${dns.length} distinguished names: at most ${LDAP_BEARER_DNS_MAX}`);
  const entries: IamLdapEntry[] = [];
  const documents: Record<string, string> = {};
  for (const dn of new Set(dns)) {
    const entry = yield* findEntry(tx, accountId, dn);
    if (entry === undefined) continue;
    entries.push(entry);
    for (const arn of entry.attachedPolicyArns) {
      const parsed = parseIamArn('policy', arn);
      if (parsed?.accountId !== accountId || Object.hasOwn(documents, arn)) continue;
      const policy = yield* findEntity(tx, accountId, 'policy', parsed.name);
      const version = policy?.versions.find(({ versionId }) => versionId === policy.defaultVersionId);
      if (version !== undefined) documents[arn] = version.document;
    }
  }
  return { entries, documents };
}
