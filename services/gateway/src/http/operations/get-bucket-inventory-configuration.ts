import { inventoryOperations } from '../configurations/inventory-operations.ts';

export const getBucketInventoryConfiguration = inventoryOperations.get;
