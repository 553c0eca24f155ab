export { type Catalog, type CatalogParts, createCatalog } from './core/catalog.ts';
