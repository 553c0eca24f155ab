/** As GET; what is sent goes by the method. */
export { getObject as headObject } from './get-object.ts';
