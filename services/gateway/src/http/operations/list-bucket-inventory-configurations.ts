import { inventoryOperations } from '../configurations/inventory-operations.ts';

export const listBucketInventoryConfigurations = inventoryOperations.list;
