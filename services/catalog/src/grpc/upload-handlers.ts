import type { ServiceHandlers } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import {
  completedToWire,
  completeUploadFromWire,
  createUploadFromWire,
  partsPageToWire,
  partToWire,
  putPartFromWire,
  uploadNameFromWire,
  uploadsPageToWire,
  uploadToWire,
} from '@needlestack/service-contracts/catalog/upload-wire';
import type { Catalog } from '../core/catalog.ts';
import { refuseInRpc } from './refuse-in-rpc.ts';

export function makeUploadHandlers(catalog: Catalog): ServiceHandlers<CatalogWire> {
  return {
    CreateUpload: (request) =>
      refuseInRpc(async () => uploadToWire(await catalog.createUpload(createUploadFromWire(request)))),
    GetUpload: (request) =>
      refuseInRpc(async () => {
        const { bucket, key, uploadId } = uploadNameFromWire(request);
        const upload = await catalog.getUpload(bucket, key, uploadId);
        return { upload: upload === undefined ? undefined : uploadToWire(upload) };
      }),
    PutPart: (request) => refuseInRpc(async () => partToWire(await catalog.putPart(putPartFromWire(request)))),
    ListParts: ({ upload, part_number_marker: partNumberMarker, max_parts: maxParts }) =>
      refuseInRpc(async () =>
        partsPageToWire(await catalog.listParts({ ...uploadNameFromWire(upload), partNumberMarker, maxParts })),
      ),
    ListUploads: (request) =>
      refuseInRpc(async () => {
        const page = await catalog.listUploads({
          bucket: request.bucket,
          prefix: request.prefix,
          delimiter: request.delimiter,
          keyMarker: request.key_marker,
          uploadIdMarker: request.upload_id_marker,
          maxUploads: request.max_uploads,
        });
        return uploadsPageToWire(page);
      }),
    CompleteUpload: (request) =>
      refuseInRpc(async () => completedToWire(await catalog.completeUpload(completeUploadFromWire(request)))),
    AbortUpload: (request) =>
      refuseInRpc(async () => {
        const { bucket, key, uploadId } = uploadNameFromWire(request);
        await catalog.abortUpload(bucket, key, uploadId);
        return {};
      }),
  };
}
