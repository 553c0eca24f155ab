export const CONSISTENCY_BUCKET = 'consistency';
