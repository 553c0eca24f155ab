/** ARNs of the store's own account as clients of RGW write them, without the account: `arn:aws:iam:::role/x`. */
import { completeArn, ROOT_ACCOUNT_ID } from '@needlestack/access-control';

const SHORT = /arn:aws:(?:iam|sts):::[\w+=,.@-]*/g;
const FULL = new RegExp(
  `arn(?<colon>:|%3A)aws\\k<colon>(?<service>iam|sts)(?<gap>:{2}|%3A%3A)${ROOT_ACCOUNT_ID}\\k<colon>`,
  'g',
);

/** The text with every ARN in full. */
export const lengthenArns = (text: string): string => text.replace(SHORT, completeArn);

/** The text with every ARN of the account as short as it may be, also where it is percent-encoded. */
export const shortenArns = (text: string): string =>
  text.replace(FULL, (_arn, colon: string, service: string) => ['arn', 'aws', service, '', '', ''].join(colon));
