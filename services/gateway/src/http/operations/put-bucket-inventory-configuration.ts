import { inventoryOperations } from '../configurations/inventory-operations.ts';

export const putBucketInventoryConfiguration = inventoryOperations.put;
