export { KeyError, type KeyErrorCode } from './key-error.ts';
export type { KeyService } from './key-service.ts';
export { LocalKeyService } from './local-key-service.ts';
export {
  type DataKeys,
  type EncryptionScheme,
  type EncryptionWish,
  type NewObjectKeys,
  ObjectKeys,
  type StoredEncryption,
  usesBucketKey,
} from './object-keys.ts';
export { parseRootKeys } from './parse-root-keys.ts';
export { RootKeyRing } from './root-key-ring.ts';
export { TransitKeyService, type TransitOptions } from './transit-key-service.ts';
