import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type {
  CompletedUpload,
  CompleteUploadRequest,
  CreateUploadRequest,
  ListPartsPage,
  ListUploadsPage,
  PutPartRequest,
  Upload,
  UploadedPart,
} from '../catalog-api.ts';
import {
  CHECKSUM_ALGORITHM_NAMES,
  CHECKSUM_TYPES,
  optionalOneOf,
  requireMessage,
  requireOneOf,
} from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';
import {
  committedFromWire,
  committedToWire,
  eventFromWire,
  eventToWire,
  sharedFromWire,
  sharedToWire,
  writeConditionFromWire,
  writeConditionToWire,
} from './object-wire.ts';
import {
  attributesFromWire,
  attributesToWire,
  checksumFromWire,
  chunkFromWire,
  chunkToWire,
  completedPartFromWire,
  completedPartToWire,
} from './version-wire.ts';

interface UploadPlace {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

export function uploadNameToWire({ bucket, key, uploadId }: UploadPlace): wire.UploadNameInit {
  return { bucket, key, upload_id: uploadId };
}

export function uploadNameFromWire(message: wire.UploadName | null): UploadPlace {
  const { bucket, key, upload_id: uploadId } = requireMessage('upload', message);
  return { bucket, key, uploadId };
}

export function createUploadToWire(request: CreateUploadRequest): wire.CreateUploadRequestInit {
  return {
    bucket: request.bucket,
    key: request.key,
    template: attributesToWire(request.template),
    checksum_algorithm: request.checksumAlgorithm,
    checksum_type: request.checksumType,
    initiator_id: request.initiatorId,
  };
}

export function createUploadFromWire(request: wire.CreateUploadRequest): CreateUploadRequest {
  return definedFields({
    bucket: request.bucket,
    key: request.key,
    template: attributesFromWire(request.template),
    checksumAlgorithm: optionalOneOf('checksum algorithm', request.checksum_algorithm, CHECKSUM_ALGORITHM_NAMES),
    checksumType: optionalOneOf('checksum type', request.checksum_type, CHECKSUM_TYPES),
    initiatorId: request.initiator_id,
  });
}

export function uploadToWire(upload: Upload): wire.UploadInit {
  return {
    upload_id: upload.uploadId,
    key: upload.key,
    initiated_at_ms: upload.initiatedAtMs,
    initiator_id: upload.initiatorId,
    template: attributesToWire(upload.template),
    checksum_algorithm: upload.checksumAlgorithm,
    checksum_type: upload.checksumType,
  };
}

export function uploadFromWire(upload: wire.Upload): Upload {
  return definedFields({
    uploadId: upload.upload_id,
    key: upload.key,
    initiatedAtMs: Number(upload.initiated_at_ms),
    initiatorId: upload.initiator_id,
    template: attributesFromWire(upload.template),
    checksumAlgorithm: optionalOneOf('checksum algorithm', upload.checksum_algorithm, CHECKSUM_ALGORITHM_NAMES),
    checksumType: optionalOneOf('checksum type', upload.checksum_type, CHECKSUM_TYPES),
  });
}

function partChecksumFromWire(checksum: wire.PartChecksum | null): UploadedPart['checksum'] {
  if (checksum === null) return undefined;
  const algorithm = requireOneOf('checksum algorithm', checksum.algorithm, CHECKSUM_ALGORITHM_NAMES);
  return { algorithm, value: checksum.value };
}

export function putPartToWire(request: PutPartRequest): wire.PutPartRequestInit {
  return {
    upload: uploadNameToWire(request),
    part_number: request.partNumber,
    size_bytes: request.sizeBytes,
    etag: request.etag,
    chunks: request.chunks.map(chunkToWire),
    checksum: request.checksum,
    shared: sharedToWire(request.shared),
  };
}

export function putPartFromWire(request: wire.PutPartRequest): PutPartRequest {
  return definedFields({
    ...uploadNameFromWire(request.upload),
    partNumber: request.part_number,
    sizeBytes: Number(request.size_bytes),
    etag: request.etag,
    chunks: request.chunks.map(chunkFromWire),
    checksum: partChecksumFromWire(request.checksum),
    shared: sharedFromWire(request.shared),
  });
}

export function partToWire(part: UploadedPart): wire.UploadedPartInit {
  return {
    part_number: part.partNumber,
    size_bytes: part.sizeBytes,
    etag: part.etag,
    last_modified_ms: part.lastModifiedMs,
    checksum: part.checksum,
  };
}

export function partFromWire(part: wire.UploadedPart): UploadedPart {
  return definedFields({
    partNumber: part.part_number,
    sizeBytes: Number(part.size_bytes),
    etag: part.etag,
    lastModifiedMs: Number(part.last_modified_ms),
    checksum: partChecksumFromWire(part.checksum),
  });
}

export function partsPageToWire(page: ListPartsPage): wire.ListPartsResponseInit {
  return {
    upload: uploadToWire(page.upload),
    parts: page.parts.map(partToWire),
    is_truncated: page.isTruncated,
    next_part_number_marker: page.nextPartNumberMarker,
  };
}

export function partsPageFromWire(page: wire.ListPartsResponse): ListPartsPage {
  return definedFields({
    upload: uploadFromWire(requireMessage('upload', page.upload)),
    parts: page.parts.map(partFromWire),
    isTruncated: page.is_truncated,
    nextPartNumberMarker: page.next_part_number_marker,
  });
}

export function uploadsPageToWire(page: ListUploadsPage): wire.ListUploadsResponseInit {
  return {
    uploads: page.uploads.map(uploadToWire),
    common_prefixes: page.commonPrefixes,
    is_truncated: page.isTruncated,
    next_key_marker: page.nextKeyMarker,
    next_upload_id_marker: page.nextUploadIdMarker,
  };
}

export function uploadsPageFromWire(page: wire.ListUploadsResponse): ListUploadsPage {
  return definedFields({
    uploads: page.uploads.map(uploadFromWire),
    commonPrefixes: page.common_prefixes,
    isTruncated: page.is_truncated,
    nextKeyMarker: page.next_key_marker,
    nextUploadIdMarker: page.next_upload_id_marker,
  });
}

export function completeUploadToWire(request: CompleteUploadRequest): wire.CompleteUploadRequestInit {
  return {
    upload: uploadNameToWire(request),
    parts: request.parts.map(({ partNumber, etag, checksum }) => ({ part_number: partNumber, etag, checksum })),
    expected_size_bytes: request.expectedSizeBytes,
    expected_checksum: request.expectedChecksum,
    expected_checksum_type: request.expectedChecksumType,
    condition: writeConditionToWire(request.condition),
    event: eventToWire(request.event),
  };
}

export function completeUploadFromWire(request: wire.CompleteUploadRequest): CompleteUploadRequest {
  const { expected_size_bytes: sizeBytes } = request;
  return definedFields({
    ...uploadNameFromWire(request.upload),
    parts: request.parts.map(({ part_number: partNumber, etag, checksum }) =>
      definedFields({ partNumber, etag, checksum }),
    ),
    expectedSizeBytes: sizeBytes === undefined ? undefined : Number(sizeBytes),
    expectedChecksum: checksumFromWire(request.expected_checksum),
    expectedChecksumType: optionalOneOf('checksum type', request.expected_checksum_type, CHECKSUM_TYPES),
    condition: writeConditionFromWire(request.condition),
    event: eventFromWire(request.event),
  });
}

export function completedToWire(completed: CompletedUpload): wire.CompletedUploadInit {
  return {
    committed: committedToWire(completed),
    etag: completed.etag,
    size_bytes: completed.sizeBytes,
    checksum: completed.checksum,
    parts: completed.parts.map(completedPartToWire),
  };
}

export function completedFromWire(completed: wire.CompletedUpload): CompletedUpload {
  return definedFields({
    ...committedFromWire(completed.committed),
    etag: completed.etag,
    sizeBytes: Number(completed.size_bytes),
    checksum: checksumFromWire(completed.checksum),
    parts: completed.parts.map(completedPartFromWire),
  });
}
