import type { ServiceHandlers } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import { definedFields } from '@needlestack/service-contracts/catalog/defined-fields';
import {
  committedToWire,
  deleteConditionFromWire,
  deletedToWire,
  eventFromWire,
  listPageToWire,
  outcomeToWire,
  sharedFromWire,
  versionsPageToWire,
  writeConditionFromWire,
} from '@needlestack/service-contracts/catalog/object-wire';
import {
  renameObjectFromWire,
  updateVersionFromWire,
} from '@needlestack/service-contracts/catalog/version-change-wire';
import { newVersionFromWire, versionToWire } from '@needlestack/service-contracts/catalog/version-wire';
import type { Catalog } from '../core/catalog.ts';
import { refuseInRpc } from './refuse-in-rpc.ts';

export function makeObjectHandlers(catalog: Catalog): ServiceHandlers<CatalogWire> {
  return {
    LookupObject: ({ bucket, key, version_id: versionId }) =>
      refuseInRpc(async () => {
        const version = await catalog.lookupObject(bucket, key, versionId);
        return { version: version === undefined ? undefined : versionToWire(version) };
      }),
    CommitObject: ({ bucket, key, version, condition, shared, event }) =>
      refuseInRpc(async () => {
        const request = definedFields({
          bucket,
          key,
          version: newVersionFromWire(version),
          condition: writeConditionFromWire(condition),
          shared: sharedFromWire(shared),
          event: eventFromWire(event),
        });
        return committedToWire(await catalog.commitObject(request));
      }),
    DeleteObject: ({ bucket, key, version_id: versionId, condition, bypass_governance: bypassGovernance, event }) =>
      refuseInRpc(async () => {
        const request = definedFields({
          bucket,
          key,
          versionId,
          condition: deleteConditionFromWire(condition),
          bypassGovernance,
          event: eventFromWire(event),
        });
        return deletedToWire(await catalog.deleteObject(request));
      }),
    DeleteObjects: ({ bucket, objects, bypass_governance: bypassGovernance, event }) =>
      refuseInRpc(async () => {
        const outcomes = await catalog.deleteObjects({
          bucket,
          objects: objects.map(({ key, version_id: versionId, condition }) =>
            definedFields({ key, versionId, condition: deleteConditionFromWire(condition) }),
          ),
          bypassGovernance,
          event: eventFromWire(event),
        });
        return { outcomes: outcomes.map(outcomeToWire) };
      }),
    ListObjects: (request) =>
      refuseInRpc(async () => {
        const page = await catalog.listObjects({
          bucket: request.bucket,
          prefix: request.prefix,
          delimiter: request.delimiter,
          startAfter: request.start_after,
          resumeAfterPrefix: request.resume_after_prefix,
          maxKeys: request.max_keys,
          withDetails: request.with_details,
        });
        return listPageToWire(page);
      }),
    ListObjectVersions: (request) =>
      refuseInRpc(async () => {
        const page = await catalog.listObjectVersions({
          bucket: request.bucket,
          prefix: request.prefix,
          delimiter: request.delimiter,
          keyMarker: request.key_marker,
          versionIdMarker: request.version_id_marker,
          maxKeys: request.max_keys,
          withDetails: request.with_details,
        });
        return versionsPageToWire(page);
      }),
    UpdateVersion: (request) =>
      refuseInRpc(async () => committedToWire(await catalog.updateVersion(updateVersionFromWire(request)))),
    RenameObject: (request) =>
      refuseInRpc(async () => committedToWire(await catalog.renameObject(renameObjectFromWire(request)))),
  };
}
