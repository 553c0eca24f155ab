/** Whether the tags of a bucket count in access decisions. */
import { oneOf, record, required, type Shaped } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const SHAPE = record({ status: required('Status', oneOf('Enabled', 'Disabled')) });

export type AbacStatus = Shaped<typeof SHAPE>;

export const ABAC_STATUS = configurationDocument('AbacStatus', SHAPE, () => undefined);
