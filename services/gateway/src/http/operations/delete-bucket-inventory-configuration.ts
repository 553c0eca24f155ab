import { inventoryOperations } from '../inventory-operations.ts';

export const deleteBucketInventoryConfiguration = inventoryOperations.delete;
