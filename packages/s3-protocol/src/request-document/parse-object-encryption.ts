import { S3Error } from '../error/s3-error.ts';
import { parseXml } from '../xml/parse-xml.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { requireRoot, textOf } from '../xml/xml-reader.ts';

/** What UpdateObjectEncryption asks for: a key of KMS, named in full. */
export interface ObjectEncryptionUpdate {
  /** The account that the key's ARN names. */
  readonly keyAccountId: string;
  /** What stands behind `key/` in the ARN. */
  readonly keyId: string;
  readonly usesBucketKey: boolean;
}

const KEY_ARN = /^arn:aws[-a-z0-9]*:kms:[-a-z0-9]*:(\d{12}):key\/(.+)$/;

const refused = (message: string): S3Error => new S3Error('InvalidRequest', { message });

/**
 * The document of UpdateObjectEncryption. SSE-KMS is all that an object can be changed to.
 *
 * @throws S3Error `MalformedXML`, `InvalidRequest` (another type, no ARN, a malformed one, a flag that is neither true nor false)
 */
export const parseObjectEncryption = (body: Uint8Array): ObjectEncryptionUpdate => {
  const { children } = requireRoot(parseXml(body), 'ObjectEncryption');
  const [wanted] = children;
  if (children.length > 1) throw new S3Error('MalformedXML');
  if (wanted?.name === 'DSSE-KMS' || wanted?.name === 'SSE-C') {
    throw refused('An object cannot be changed to DSSE-KMS or SSE-C. The encryption type must be SSEKMS.');
  }
  if (wanted?.name !== 'SSE-KMS') {
    throw refused(
      'A change of the encryption of an object needs a valid new encryption type. The valid one is SSEKMS.',
    );
  }
  return { ...readKeyArn(wanted), usesBucketKey: readBucketKey(wanted) };
};

const readKeyArn = (element: XmlElement): { readonly keyAccountId: string; readonly keyId: string } => {
  const arn = textOf(element, 'KMSKeyArn')?.trim() ?? '';
  if (arn === '') throw refused('A change to SSE-KMS needs the Amazon Resource Name (ARN) of a KMS key.');
  const [, keyAccountId, keyId] = KEY_ARN.exec(arn) ?? [];
  if (keyAccountId === undefined || keyId === undefined) {
    throw refused(
      'A change to SSE-KMS needs a valid Amazon Resource Name (ARN) of a KMS key, neither an id nor an alias.',
    );
  }
  return { keyAccountId, keyId };
};

const readBucketKey = (element: XmlElement): boolean => {
  const text = textOf(element, 'BucketKeyEnabled')?.trim();
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw refused('BucketKeyEnabled is not valid. The valid values are true and false.');
};
