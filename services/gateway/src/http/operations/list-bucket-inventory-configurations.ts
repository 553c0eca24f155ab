import { inventoryOperations } from '../inventory-operations.ts';

export const listBucketInventoryConfigurations = inventoryOperations.list;
