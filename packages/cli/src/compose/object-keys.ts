import {
  type KeyService,
  LocalKeyService,
  ObjectKeys,
  type RootKeyRing,
  TransitKeyService,
} from '@needlestack/key-management';
import { choiceFlag, type FlagValues, listFlag, textFlag } from '@needlestack/service-kit';

/** What is encrypted without being asked for, and where the named keys of SSE-KMS are. */
export const keyServiceFlags = {
  'sse.default': choiceFlag(
    ['none', 'AES256'],
    'none',
    'how objects are encrypted where neither request nor bucket says it; AES256 is what AWS does',
  ),
  'kms.keys': listFlag(['needlestack'], 'names of the keys of SSE-KMS, each derived from the root key'),
  'kms.defaultKey': textFlag('needlestack', 'key of aws:kms where neither request nor bucket names one'),
  'kms.transit.address': textFlag('', 'Vault or OpenBao whose transit engine has the keys instead: https://vault:8200'),
  'kms.transit.mount': textFlag('transit', 'path of the transit engine'),
  'kms.transit.namespace': textFlag('', 'namespace of the transit engine'),
  'kms.transit.tokenFile': textFlag('', 'file with the token for it, read for every request'),
} as const;

/** The keys of encrypted objects, under the root keys and the key service that the flags name. */
export function createObjectKeys(ring: RootKeyRing, values: FlagValues<typeof keyServiceFlags>): ObjectKeys {
  return new ObjectKeys({ ring, keyService: createKeyService(ring, values), nowMs: Date.now });
}

function createKeyService(ring: RootKeyRing, values: FlagValues<typeof keyServiceFlags>): KeyService {
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
