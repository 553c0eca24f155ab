import { BucketKeys } from './bucket-keys.ts';
import { openByCustomerKey, wrapByCustomerKey } from './customer-key.ts';
import { drawRandom } from './draw-random.ts';
import { decodeKeyEnvelope, encodeKeyEnvelope, isUnderBucketKey } from './key-envelope.ts';
import { KeyError } from './key-error.ts';
import type { KeyService } from './key-service.ts';
import { KEY_BYTES } from './limits.ts';
import { OpenedKeys } from './opened-keys.ts';
import type { RootKeyRing } from './root-key-ring.ts';
import { unwrapKey, wrapKey } from './wrap-key.ts';

/** How an object is to be encrypted. */
export type EncryptionWish =
  | { readonly scheme: 'SSE-S3' }
  | {
      readonly scheme: 'SSE-KMS' | 'DSSE-KMS';
      readonly keyId: string;
      /** Encryption context, as JSON; empty without. */
      readonly context: Uint8Array;
      /** SSE-KMS only: the bucket whose own key is put between, so that the key service is asked seldom. */
      readonly bucketKeyOf?: string;
    }
  | { readonly scheme: 'SSE-C'; readonly customerKey: Uint8Array };

export type EncryptionScheme = EncryptionWish['scheme'];

/** What is kept with the object. */
export interface StoredEncryption {
  readonly scheme: EncryptionScheme;
  /** Of the two schemes of KMS. */
  readonly keyId?: string;
  readonly envelope: Uint8Array;
}

/** 32 bytes each, inner layer first: two with DSSE-KMS, otherwise one. */
export type DataKeys = readonly Uint8Array[];

export interface NewObjectKeys {
  readonly encryption: StoredEncryption;
  readonly dataKeys: DataKeys;
}

const NO_CONTEXT = Buffer.alloc(0);
const ROOT_PURPOSE = 'SSE-S3';

/** Makes the data keys of objects, and opens them again. Without a promise where no key service is asked. */
export class ObjectKeys {
  readonly #ring: RootKeyRing;
  readonly #openedByRoot = new OpenedKeys();
  readonly #keyService: KeyService;
  readonly #bucketKeys: BucketKeys;

  /** @param parts `nowMs` tells how old a bucket's key is */
  constructor(parts: { readonly ring: RootKeyRing; readonly keyService: KeyService; readonly nowMs: () => number }) {
    this.#ring = parts.ring;
    this.#keyService = parts.keyService;
    this.#bucketKeys = new BucketKeys(parts.keyService, parts.nowMs);
  }

  /** Throws or rejects with KeyError `key-not-found`, `access-denied`, `unavailable`. */
  make(wish: EncryptionWish): NewObjectKeys | Promise<NewObjectKeys> {
    if (wish.scheme === 'SSE-S3') return this.makeUnderRoot();
    const dataKeys = [drawRandom(KEY_BYTES)];
    if (wish.scheme === 'DSSE-KMS') dataKeys.push(drawRandom(KEY_BYTES));
    const encryption = this.wrap(dataKeys, wish);
    return encryption instanceof Promise
      ? encryption.then((stored) => ({ encryption: stored, dataKeys }))
      : { encryption, dataKeys };
  }

  /** A key of SSE-S3, for which no key service is asked. */
  makeUnderRoot(): NewObjectKeys {
    const { key, origin } = this.#ring.makeDerived(ROOT_PURPOSE);
    const envelope = encodeKeyEnvelope({ wrappedKeys: [origin], context: NO_CONTEXT, areDerived: true });
    return { encryption: { scheme: 'SSE-S3', envelope }, dataKeys: [key] };
  }

  /** The keys of an object of SSE-S3, under the newest root key. @throws KeyError `damaged-envelope` */
  rewrapUnderRoot(encryption: StoredEncryption): NewObjectKeys {
    const dataKeys = this.#openByRoot(encryption);
    return { encryption: this.#wrapByRoot(dataKeys), dataKeys };
  }

  /** Wraps keys that exist (UpdateObjectEncryption): the object's bytes stay as they are. */
  wrap(dataKeys: DataKeys, wish: EncryptionWish): StoredEncryption | Promise<StoredEncryption> {
    switch (wish.scheme) {
      case 'SSE-S3':
        return this.#wrapByRoot(dataKeys);
      case 'SSE-C': {
        const wrappedKeys = dataKeys.map((dataKey) => wrapByCustomerKey(dataKey, wish.customerKey));
        return { scheme: wish.scheme, envelope: encodeKeyEnvelope({ wrappedKeys, context: NO_CONTEXT }) };
      }
      default:
        return this.#wrapByService(dataKeys, wish);
    }
  }

  #wrapByRoot(dataKeys: DataKeys): StoredEncryption {
    const wrappedKeys = dataKeys.map((dataKey) => this.#ring.wrap(dataKey, ROOT_PURPOSE, NO_CONTEXT));
    return { scheme: 'SSE-S3', envelope: encodeKeyEnvelope({ wrappedKeys, context: NO_CONTEXT }) };
  }

  async #wrapByService(
    dataKeys: DataKeys,
    { scheme, keyId, context, bucketKeyOf }: Extract<EncryptionWish, { readonly keyId: string }>,
  ): Promise<StoredEncryption> {
    if (bucketKeyOf !== undefined && scheme === 'SSE-KMS') {
      const { key, wrapped: wrappedBucketKey } = await this.#bucketKeys.current(bucketKeyOf, keyId);
      const wrappedKeys = dataKeys.map((dataKey) => wrapKey(dataKey, key, context));
      return { scheme, keyId, envelope: encodeKeyEnvelope({ wrappedKeys, context, wrappedBucketKey }) };
    }
    const wrappedKeys = await Promise.all(dataKeys.map((dataKey) => this.#keyService.wrap(keyId, dataKey, context)));
    return { scheme, keyId, envelope: encodeKeyEnvelope({ wrappedKeys, context }) };
  }

  /**
   * @param customerKey needed for SSE-C, and only there
   * Throws or rejects with KeyError, any code.
   */
  open(encryption: StoredEncryption, customerKey: Uint8Array | undefined): DataKeys | Promise<DataKeys> {
    // Nobody can take back a root key from a store that runs: what it opened once it may open again.
    return encryption.scheme === 'SSE-S3'
      ? this.#openedByRoot.get(encryption.envelope, () => this.#openByRoot(encryption))
      : this.#open(encryption, customerKey);
  }

  #openByRoot({ envelope, scheme }: StoredEncryption): DataKeys {
    const { wrappedKeys, wrappedBucketKey, areDerived } = decodeKeyEnvelope(envelope);
    if (wrappedBucketKey !== undefined) throw strayKeys("a bucket's key", scheme);
    return areDerived === true
      ? wrappedKeys.map((origin) => this.#ring.openDerived(origin, ROOT_PURPOSE))
      : wrappedKeys.map((wrapped) => this.#ring.open(wrapped, ROOT_PURPOSE, NO_CONTEXT));
  }

  #open(encryption: StoredEncryption, customerKey: Uint8Array | undefined): DataKeys | Promise<DataKeys> {
    const { wrappedKeys, context, wrappedBucketKey, areDerived } = decodeKeyEnvelope(encryption.envelope);
    if (areDerived === true) throw strayKeys('derived keys', encryption.scheme);
    if (wrappedBucketKey !== undefined && encryption.scheme !== 'SSE-KMS')
      throw strayKeys("a bucket's key", encryption.scheme);
    switch (encryption.scheme) {
      case 'SSE-C':
        if (customerKey === undefined) throw new KeyError('wrong-customer-key', 'the customer key is missing');
        return wrappedKeys.map((wrapped) => openByCustomerKey(wrapped, customerKey));
      default: {
        const { keyId = '' } = encryption;
        if (wrappedBucketKey !== undefined) {
          return this.#bucketKeys
            .open(keyId, wrappedBucketKey)
            .then((bucketKey) => wrappedKeys.map((wrapped) => unwrapKey(wrapped, bucketKey, context)));
        }
        return Promise.all(wrappedKeys.map((wrapped) => this.#keyService.open(keyId, wrapped, context)));
      }
    }
  }

  /** The encryption context that an object of KMS was written with; empty without. @throws KeyError `damaged-envelope` */
  contextOf(encryption: StoredEncryption): Uint8Array {
    return decodeKeyEnvelope(encryption.envelope).context;
  }
}

const strayKeys = (what: string, scheme: EncryptionScheme): KeyError =>
  new KeyError('damaged-envelope', `the envelope of a data key: ${what} under ${scheme}`);

/** Whether a bucket's key was put between, as answers say it. */
export const usesBucketKey = ({ envelope }: Pick<StoredEncryption, 'envelope'>): boolean => isUnderBucketKey(envelope);
