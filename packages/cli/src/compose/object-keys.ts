import type { FileEncryption } from '@needlestack/catalog-service';
import type { Compatibility } from '@needlestack/gateway-service';
import {
  type KeyService,
  LocalKeyService,
  ObjectKeys,
  type RootKeyRing,
  TransitKeyService,
} from '@needlestack/key-management';
import { choiceFlag, type FlagValues, listFlag, optionalFlag, textFlag } from '@needlestack/service-kit';

const DEFAULT_ENCRYPTIONS = ['none', 'AES256'] as const;

/** What is encrypted without being asked for, and where the named keys of SSE-KMS are: for whoever reads and writes objects. */
export const objectKeyFlags = {
  'sse.default': optionalFlag(
    choiceFlag(
      DEFAULT_ENCRYPTIONS,
      'AES256',
      'how objects are encrypted where neither request nor bucket says it; when not set AES256, as AWS does, or none where the switch plain-new-objects is on',
    ),
  ),
  'kms.keys': listFlag(['needlestack'], 'names of the keys of SSE-KMS, each derived from the root key'),
  'kms.transit.address': textFlag('', 'Vault or OpenBao whose transit engine has the keys instead: https://vault:8200'),
  'kms.transit.mount': textFlag('transit', 'path of the transit engine'),
  'kms.transit.namespace': textFlag('', 'namespace of the transit engine'),
  'kms.transit.tokenFile': textFlag('', 'file with the token for it, read for every request'),
} as const;

/** The same, and what requests leave open. */
export const keyServiceFlags = {
  ...objectKeyFlags,
  'kms.defaultKey': textFlag('needlestack', 'key of aws:kms where neither request nor bucket names one'),
} as const;

/** Whether objects are encrypted unasked, as the flag says it, else the switches of compatibility. */
export const encryptsByDefault = (
  { 'sse.default': setting }: FlagValues<typeof objectKeyFlags>,
  compatibility?: Compatibility,
): boolean => (setting === undefined ? compatibility?.has('plain-new-objects') !== true : setting === 'AES256');

/** The keys of encrypted objects, under the root keys and the key service that the flags name. */
export function createObjectKeys(ring: RootKeyRing, values: FlagValues<typeof objectKeyFlags>): ObjectKeys {
  return new ObjectKeys({ ring, keyService: createKeyService(ring, values), nowMs: Date.now });
}

/** The same keys as the files of tables are sealed under: those of SSE-S3, or none for new ones. */
export const createFileEncryption = (keys: ObjectKeys, encrypts: boolean): FileEncryption => ({
  make: () => (encrypts ? keys.makeUnderRoot() : undefined),
  open: (encryption) => keys.open(encryption, undefined),
});

function createKeyService(ring: RootKeyRing, values: FlagValues<typeof objectKeyFlags>): KeyService {
  const address = values['kms.transit.address'];
  if (address === '') return new LocalKeyService(ring, values['kms.keys']);
  const namespace = values['kms.transit.namespace'];
  return new TransitKeyService({
    address,
    mount: values['kms.transit.mount'],
    ...(namespace === '' ? undefined : { namespace }),
    token: { file: values['kms.transit.tokenFile'] },
  });
}
