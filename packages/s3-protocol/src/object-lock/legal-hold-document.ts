/** PutObjectLegalHold. */
import { configurationDocument } from '../configuration/configuration-document.ts';
import { oneOf, record, required, type Shaped } from '../xml/xml-shape.ts';

const SHAPE = record({ status: required('Status', oneOf('ON', 'OFF')) });

export type LegalHold = Shaped<typeof SHAPE>;

export const LEGAL_HOLD_DOCUMENT = configurationDocument('LegalHold', SHAPE, () => undefined);
