export { type Catalog, type CatalogParts, createCatalog } from './core/catalog.ts';
export { createTableRouter, type TableRouterOptions } from './create-table-router.ts';
