export { catalogFlags, scanOfFlags, storeOfFlags } from './config.ts';
export { type Catalog, type CatalogParts, createCatalog } from './core/catalog.ts';
export { RootKeyError } from './core/schema/check-root-key.ts';
export { SchemaError } from './core/schema/migrate-schema.ts';
export { createTableRouter, type TableRouterOptions } from './create-table-router.ts';
export type { CatalogStore } from './open-store.ts';
export type { FileEncryption } from './peers/stored-objects.ts';
export type { DeleteChunks } from './peers/volume-needle-deleter.ts';
export { type CatalogService, type CatalogServiceOptions, type GarbageOptions, startCatalogService } from './wiring.ts';
