export { arbitraryNeedle } from './arbitrary-needle.ts';
