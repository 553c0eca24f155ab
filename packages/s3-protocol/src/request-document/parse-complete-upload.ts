import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumElement } from '../checksum/checksum-algorithm.ts';
import { bareEtag } from '../conditional/etag-condition.ts';
import { S3Error } from '../error/s3-error.ts';
import { MAX_PART_NUMBER } from '../limits.ts';
import { parseXml } from '../xml/parse-xml.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { childrenOf, parseWholeNumber, requireRoot, requireText, textOf } from '../xml/xml-reader.ts';

export interface PartToComplete {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/**
 * A part that is named twice in a row counts as it was named last: who sends a part again may list it again.
 *
 * @throws S3Error `MalformedXML`, also for an empty list or no body (s3.md rule 33); `InvalidArgument` for an impossible part number
 */
export const parseCompleteUpload = (body: Uint8Array): readonly PartToComplete[] => {
  if (body.length === 0) throw new S3Error('MalformedXML');
  const root = requireRoot(parseXml(body), 'CompleteMultipartUpload', 'CompletedMultipartUpload');
  const parts = childrenOf(root, 'Part').map(readPart);
  if (parts.length === 0 || parts.length > MAX_PART_NUMBER) throw new S3Error('MalformedXML');
  return parts.filter(({ partNumber }, index) => parts[index + 1]?.partNumber !== partNumber);
};

const readPart = (element: XmlElement): PartToComplete => {
  const text = requireText(element, 'PartNumber').trim();
  const partNumber = text.startsWith('-') ? -parseWholeNumber(text.slice(1)) : parseWholeNumber(text);
  if (partNumber < 1 || partNumber > MAX_PART_NUMBER) {
    throw new S3Error('InvalidArgument', {
      message: 'PartNumber must be >= 1',
      details: { ArgumentName: 'PartNumber', ArgumentValue: String(partNumber) },
    });
  }
  const checksum = readChecksum(element);
  return {
    partNumber,
    etag: bareEtag(requireText(element, 'ETag')),
    ...(checksum === undefined ? undefined : { checksum }),
  };
};

const readChecksum = (element: XmlElement): PartToComplete['checksum'] => {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = textOf(element, checksumElement(algorithm))?.trim();
    if (value !== undefined && value !== '') return { algorithm, value };
  }
  return undefined;
};
