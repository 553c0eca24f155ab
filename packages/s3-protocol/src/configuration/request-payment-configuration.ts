/** Who pays for requests: with `Requester`, callers of other accounts must say that they know. */
import { oneOf, record, required, type Shaped } from '../xml/xml-shape.ts';
import { configurationDocument } from './configuration-document.ts';

const SHAPE = record({ payer: required('Payer', oneOf('Requester', 'BucketOwner')) });

export type RequestPaymentConfiguration = Shaped<typeof SHAPE>;

export const REQUEST_PAYMENT_CONFIGURATION = configurationDocument(
  'RequestPaymentConfiguration',
  SHAPE,
  () => undefined,
);
