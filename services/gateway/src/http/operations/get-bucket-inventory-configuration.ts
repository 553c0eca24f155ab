import { inventoryOperations } from '../inventory-operations.ts';

export const getBucketInventoryConfiguration = inventoryOperations.get;
