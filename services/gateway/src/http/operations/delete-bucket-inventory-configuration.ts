import { inventoryOperations } from '../configurations/inventory-operations.ts';

export const deleteBucketInventoryConfiguration = inventoryOperations.delete;
