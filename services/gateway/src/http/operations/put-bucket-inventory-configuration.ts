import { inventoryOperations } from '../inventory-operations.ts';

export const putBucketInventoryConfiguration = inventoryOperations.put;
