/**
 * What nobody can have here: devices, certificates, keys for ssh. Tools ask for them before they delete a user or describe an
 * account; that there are none is the truth. Making one is refused.
 */
import type { QueryAction } from '../../query-call.ts';
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

export const ABSENT_ENTITY_ACTIONS: readonly QueryAction[] = [
  listingOfUser('ListSSHPublicKeys', 'SSHPublicKeys'),
  listingOfUser('ListSigningCertificates', 'Certificates'),
  listingOfUser('ListServiceSpecificCredentials', 'ServiceSpecificCredentials'),
  listingOfUser('ListMFADevices', 'MFADevices'),
  listing('ListVirtualMFADevices', 'VirtualMFADevices'),
  listing('ListServerCertificates', 'ServerCertificateMetadataList'),
  listing('ListSAMLProviders', 'SAMLProviderList'),
];
