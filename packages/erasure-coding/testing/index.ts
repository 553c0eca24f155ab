export { encodeSlowly, multiplySlowly } from './table-codec.ts';
