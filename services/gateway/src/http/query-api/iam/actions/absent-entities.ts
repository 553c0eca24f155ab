/**
 * What nobody can have here: passwords, devices, certificates, keys for ssh. Tools ask for them before they delete a user or describe an
 * account; that there are none is the truth. Making one is refused.
 */
import type { QueryAction, QueryCall } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { iamAction, requireTarget } from '../iam-action.ts';

const OF_USER = { on: 'user', orCaller: true } as const;
const ON_ACCOUNT = { on: 'account' } as const;

/** Of a user that must exist, where one is named. */
const listingOfUser = (name: string, element: string): QueryAction =>
  iamAction(name, OF_USER, async (call) => {
    if (call.parameters.optional('UserName') !== undefined) requireTarget(call, 'user');
    return { [element]: [], IsTruncated: false };
  });

const listing = (name: string, element: string): QueryAction =>
  iamAction(name, ON_ACCOUNT, async () => ({ [element]: [], IsTruncated: false }));

const missingOfUser = (name: string, what: string): QueryAction =>
  iamAction(name, { on: 'user' }, async (call) => {
    throw new QueryError('NoSuchEntity', `${what} for User ${requireTarget(call, 'user').name} cannot be found.`);
  });

const missingPasswordPolicy = (name: string): QueryAction =>
  iamAction(name, ON_ACCOUNT, async ({ accountId }: QueryCall) => {
    throw new QueryError('NoSuchEntity', `The Password Policy with domain name ${accountId} cannot be found.`);
  });

export const ABSENT_ENTITY_ACTIONS: readonly QueryAction[] = [
  listingOfUser('ListSSHPublicKeys', 'SSHPublicKeys'),
  listingOfUser('ListSigningCertificates', 'Certificates'),
  listingOfUser('ListServiceSpecificCredentials', 'ServiceSpecificCredentials'),
  listingOfUser('ListMFADevices', 'MFADevices'),
  listing('ListVirtualMFADevices', 'VirtualMFADevices'),
  listing('ListServerCertificates', 'ServerCertificateMetadataList'),
  listing('ListSAMLProviders', 'SAMLProviderList'),
  missingOfUser('GetLoginProfile', 'Login Profile'),
  missingOfUser('DeleteLoginProfile', 'Login Profile'),
  missingPasswordPolicy('GetAccountPasswordPolicy'),
  missingPasswordPolicy('DeleteAccountPasswordPolicy'),
];
