export { type Catalog, type CatalogParts, createCatalog } from './core/catalog.ts';
export type { ObjectStorePort } from './core/tables/ports.ts';
export { openTableCatalog, type TableCatalog, type TableCatalogOptions } from './core/tables/table-catalog.ts';
export {
  createIcebergRouter,
  type IcebergPrincipal,
  type IcebergRouterOptions,
} from './http/iceberg/iceberg-router.ts';
export { authorizeAdmins, type InternalPrincipal, identifyByGateway } from './http/iceberg/internal-principal.ts';
export { createStoredObjects, type StoredObjectsParts } from './peers/stored-objects.ts';
