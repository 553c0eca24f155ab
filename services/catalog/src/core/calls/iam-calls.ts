import type { CatalogPort } from '@needlestack/service-contracts';
import { changeIam } from '../iam/change-iam.ts';
import { readIam } from '../iam/read-iam.ts';
import type { Transactions } from '../transactions.ts';

export function makeIamCalls(transactions: Transactions): Pick<CatalogPort, 'readIam' | 'changeIam'> {
  return {
    readIam: (name, question) => transactions.read((tx) => readIam(tx, name, question)),
    changeIam: (change) => transactions.write((tx, { nowMs }) => changeIam(tx, change, nowMs)),
  };
}
