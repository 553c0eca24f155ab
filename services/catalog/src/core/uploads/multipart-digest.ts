/** ETag and checksum of a whole upload from those of its parts; no byte is read again (s3.md rules 23 and 25). */
import { hash } from 'node:crypto';
import { combinePartChecksums, isCombinable, parseChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { ObjectChecksum, Upload } from '@needlestack/service-contracts';
import type { StoredPart } from '../codec/part-record.ts';

/** MD5 of the parts' binary MD5s, `-N` appended. */
export function multipartEtag(parts: readonly Pick<StoredPart, 'etag'>[]): string {
  let joined = '';
  for (const part of parts) joined += part.etag;
  return `${hash('md5', Buffer.from(joined, 'hex'), 'hex')}-${parts.length}`;
}

/** Undefined unless every part carries a checksum of one algorithm, that of the upload if it names one. */
export function multipartChecksum(upload: Upload, parts: readonly StoredPart[]): ObjectChecksum | undefined {
  const name = upload.checksumAlgorithm ?? parts[0]?.checksum?.algorithm;
  const algorithm = name === undefined ? undefined : parseChecksumAlgorithm(name);
  if (algorithm === undefined) return undefined;
  const values: { value: string; sizeBytes: number }[] = [];
  for (const { checksum, sizeBytes } of parts) {
    if (checksum?.algorithm !== algorithm) return undefined;
    values.push({ value: checksum.value, sizeBytes });
  }
  const type = upload.checksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type === 'FULL_OBJECT' && !isCombinable(algorithm)) return undefined;
  return { algorithm, type, value: combinePartChecksums(algorithm, type, values) };
}
